import Claims
import History
package import Verdicts

extension RunReport {
    /// What the run comes to, in a sentence. Only a run of everything may say of sessions what the product promises.
    package var closingSentence: String {
        switch conclusion {
        case .pass where coverage.isWhole: "Sessions stick, fail over and fall back as claimed."
        case .pass: "What was asked holds: \(part). Only a whole run tells whether sessions are safe."
        case .violations: "The balancer does not do what it must; see the remedies above."
        case .incomplete: "The run does not tell: nothing passed, or a must-level case was inconclusive."
        }
    }

    /// All there is to say of a run that was ended before its end.
    package var interruptionLine: String {
        let done = cases.filter { !($0.verdict == .inconclusive && $0.reason == CaseResult.interrupted) }
        let counts = Verdict.allCases.compactMap { verdict in
            let count = done.count { $0.verdict == verdict }
            return count > 0 ? "\(count) \(verdict.rawValue)" : nil
        }
        let sum = counts.isEmpty ? "" : ": " + counts.joined(separator: ", ")
        return "interrupted after \(done.count) of \(Self.cases(cases.count))\(sum); what was started is stopped"
    }

    private var part: String {
        let ran = cases.count { $0.verdict != .unsupported && $0.verdict != .unobservable }
        let declared =
            coverage.without.isEmpty
            ? "" : ", without \(coverage.without.map(\.rawValue).joined(separator: ", ")) as you said"
        return "\(ran) of \(Self.cases(coverage.catalogue)) ran\(declared)"
    }

    private static func cases(_ count: Int) -> String { count == 1 ? "1 case" : "\(count) cases" }
}
