import Reports
import Verdicts

extension CaseResult {
    /// The result as text for a test's failure: what it states, the findings with their evidence, the remedy.
    public var failureText: String {
        ([description.id + ": " + description.proves, "\(verdict.rawValue): \(reason)"] + FindingText.lines(of: self))
            .joined(separator: "\n")
    }
}

extension RunReport {
    /// Results that speak against the balancer or could not be told: failed and inconclusive must-level cases.
    public var failures: [CaseResult] {
        cases.filter { $0.description.level == .must && ($0.verdict == .fail || $0.verdict == .inconclusive) }
    }
}
