import Claims
package import History

/// Every session of DDP gets its `connected`, and what it hears is DDP.
package struct ConversationChecker: HistoryChecker {
    /// Connections before this one only; a connection cut by a fault need not get so far.
    package var lastEpoch: Int

    /// A checker of the connections up to this one.
    package init(lastEpoch: Int = .max) { self.lastEpoch = lastEpoch }

    /// Judges sessions that opened; that they connect is no observation by itself.
    package func judge(_ history: HistoryView) -> Judgement {
        // Later attempts and info requests may fail and be made again.
        var judgement = AttemptChecker(code: .ddpNotConnected).judge(history.beforeFaults)
        judgement.observations = 0
        for trace in history.ddpTraces {
            for connection in trace.connections where connection.epoch <= lastEpoch && connection.connectedAt == nil {
                let opened = connection.carrier.openedAt
                let end = connection.carrier.closedAt ?? trace.stoppedAt ?? opened
                judgement.findings.append(
                    Finding(
                        .ddpNotConnected,
                        "session \(trace.session) opened over \(connection.carrier.opened.transport), but got no "
                            + "connected", evidence: [history.evidence(at: opened, "it opens")],
                        deadline: opened...max(opened, end)))
            }
            if let event = trace.unreadable.first {
                judgement.findings.append(
                    Finding(
                        .messageAltered, "session \(trace.session) received what is no DDP message",
                        evidence: [history.evidence(event)]))
            }
        }
        judgement.findings = Array(judgement.findings.prefix(StickinessChecker.findingLimit))
        return judgement
    }
}

extension FindingCode {
    /// A DDP session got no `connected`.
    public static let ddpNotConnected = FindingCode("ddp-not-connected", .unexplained)
}
