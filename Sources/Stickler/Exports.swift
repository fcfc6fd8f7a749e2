import Claims

@_exported import enum Claims.AffinityScope
@_exported import enum Claims.CauseKind
@_exported import enum Claims.Feature
@_exported import struct History.HistoryFile
@_exported import struct Lab.SiteAccess
@_exported import enum Lab.SiteAccessError
@_exported import struct Verdicts.CaseDescription
@_exported import struct Verdicts.CaseResult
@_exported import struct Verdicts.Cause
@_exported import struct Verdicts.Coverage
@_exported import struct Verdicts.Finding
@_exported import struct Verdicts.FindingCode
@_exported import struct Verdicts.RunReport
@_exported import enum Verdicts.Verdict
@_exported import enum Verdicts.ToolVersion
