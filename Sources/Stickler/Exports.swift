@_exported import struct Verdicts.CaseDescription
@_exported import struct Verdicts.CaseResult
@_exported import enum Verdicts.Feature
@_exported import struct Verdicts.Finding
@_exported import enum Verdicts.FindingCode
@_exported import struct Verdicts.RunReport
@_exported import enum Verdicts.Verdict
@_exported import enum Verdicts.ToolVersion
