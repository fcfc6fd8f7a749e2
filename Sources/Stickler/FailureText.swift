public import Verdicts

extension RunReport {
    /// The cases that speak against the balancer: what failed, and what must hold and could not be told.
    ///
    /// Empty for ``RunReport/Conclusion/pass``, and for a run in which no case passed or failed.
    public var failures: [CaseResult] {
        cases.filter { $0.verdict == .fail || ($0.verdict == .inconclusive && $0.description.level == .must) }
    }
}

extension CaseResult {
    /// The result in lines a person can act on: the case and its verdict, what it proves, each finding with the lines of
    /// the history that show it, and the remedy.
    ///
    /// Made for the text of a failed test:
    ///
    /// ```swift
    /// for failure in report.failures { Issue.record("\(failure.failureText)") }
    /// ```
    public var failureText: String {
        var lines = ["\(verdict.rawValue.uppercased()) \(description.id)", "  \(description.proves)"]
        if findings.isEmpty { lines.append("  \(reason)") }
        for finding in findings {
            lines.append("  \(finding.code.rawValue): \(finding.message)")
            lines += finding.evidence.map { "      \($0.line)" }
        }
        if let remedy { lines.append("  remedy: \(remedy)") }
        return lines.joined(separator: "\n")
    }
}
