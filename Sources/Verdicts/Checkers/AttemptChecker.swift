import Claims
package import History

/// Every attempt to open a session succeeds; for workloads that try a single transport.
package struct AttemptChecker: HistoryChecker {
    /// Code for an attempt that failed.
    package var code: FindingCode

    /// A checker that reports under this code.
    package init(code: FindingCode = .sessionNotOpened) { self.code = code }

    /// Judges attempts and the info requests before them; an open session is no observation by itself.
    package func judge(_ history: HistoryView) -> Judgement {
        var judgement = Judgement(observations: 0)
        for event in history.events {
            guard case .transportAttempted(let attempt) = event.kind, attempt.outcome != .opened else { continue }
            judgement.findings.append(
                Finding(
                    code, "session \(attempt.session) did not open over \(attempt.transport): \(attempt.outcome)",
                    evidence: [history.evidence(event)],
                    deadline: event.time.stretchBefore(milliseconds: attempt.milliseconds)))
        }
        for exchange in history.exchanges where exchange.sent.label == .info && exchange.response?.status != 200 {
            guard exchange.endedAt != nil else {
                judgement.doubt = "the history ends before an info request was answered"
                continue
            }
            judgement.findings.append(
                Finding(
                    code, "session \(exchange.sent.session ?? "?") did not open, since its info request failed",
                    evidence: [history.evidence(exchange)], deadline: exchange.missedDeadline))
        }
        return judgement
    }
}

extension FindingCode {
    /// A session did not open.
    public static let sessionNotOpened = FindingCode("session-not-opened", .unexplained)
}
