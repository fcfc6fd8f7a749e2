import StressResults

/// What a stress run comes to, in words that all its reports share.
enum StressVerdict {
    /// The kinds of violations that were seen, the most frequent first.
    static func codes(_ result: StressResult) -> [String] {
        result.counts.violations.filter { $0.value > 0 }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    }

    /// How often a kind of violation was seen, and in what part of the sessions.
    static func headline(_ code: String, _ result: StressResult) -> String {
        let count = result.counts.violations[code] ?? 0
        let times = "\(code) × \(NumberText.count(count))"
        guard let rate = result.rate(ofViolation: code) else { return times }
        return "\(times), in \(NumberText.count(rate.cases)) of \(NumberText.count(rate.sessions)) sessions "
            + "(\(percent(rate.part)); with 95% confidence \(percent(rate.lower)) to \(percent(rate.upper)))"
    }

    /// What the run comes to, in a sentence.
    static func sentence(_ report: StressReport) -> String {
        let result = report.result
        let missed = report.judged.count { !$0.isKept }
        switch report.conclusion {
        case .pass:
            return "No rule of sessions was violated in \(NumberText.count(result.counts.answered)) messages of "
                + "\(NumberText.count(result.counts.clients)) clients."
        case .incomplete where !result.shortages.isEmpty:
            return
                "The run does not tell: descriptors of our own ran out, and what that led to says nothing of the balancer."
        case .incomplete where result.counts.answered == 0: return "The run does not tell: no message came back."
        case .incomplete where result.counts.excusedAttempts > 0 && result.connected < result.counts.clients:
            let lost = NumberText.count(result.counts.clients - result.connected)
            return "The run does not tell: \(lost) clients had no session at its end, and our own machine was too "
                + "busy to say whose fault that is; run fewer clients, or shards."
        case .incomplete: return "No rule of sessions was violated as far as the run came."
        case .violations where result.counts.allViolations == 0:
            return "No rule of sessions was violated; \(missed) of \(report.thresholds.count) thresholds "
                + "\(missed == 1 ? "is" : "are") missed."
        case .violations:
            return report.remedies.isEmpty
                ? "The balancer breaks rules of sessions; stickler verify on it tells which lines to change."
                : "The balancer breaks rules of sessions; what to change stands with them, and stickler verify tells more."
        }
    }

    static func percent(_ part: Double) -> String { "\(NumberText.number(part * 100))%" }
}
