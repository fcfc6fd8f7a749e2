import Verdicts

/// The findings of a result in lines, shared by all reports for people.
enum FindingText {
    /// One line a finding, its evidence indented, the remedy last.
    static func lines(of result: CaseResult) -> [String] {
        var lines: [String] = []
        for finding in result.findings {
            lines.append("\(finding.code.rawValue): \(finding.message)")
            lines += finding.evidence.map { "    \($0.line)" }
        }
        if let remedy = result.remedy { lines.append("remedy: \(remedy)") }
        return lines
    }
}
