import Claims
package import History

/// Every upgrade request of a workload is answered 101; for cases that need a tunnel to say anything.
package struct UpgradeChecker: HistoryChecker {
    /// Label of the requests.
    package var label: RequestLabel
    /// Code for another answer.
    package var code: FindingCode

    /// A checker of the requests with this label.
    package init(label: RequestLabel = .upgrade, code: FindingCode = .upgradeNotForwarded) {
        self.label = label
        self.code = code
    }

    /// Judges the answers; a 101 is no observation by itself.
    package func judge(_ history: HistoryView) -> Judgement {
        var judgement = Judgement(observations: 0)
        for exchange in history.exchanges where exchange.sent.label == label && exchange.response?.status != 101 {
            guard exchange.endedAt != nil else {
                judgement.doubt = "the history ends before an upgrade was answered"
                continue
            }
            let came = exchange.response.map { "status \($0.status)" } ?? exchange.failure?.detail ?? "no answer"
            judgement.findings.append(
                Finding(
                    code, "the upgrade of \(exchange.sent.target) was not answered 101: \(came)",
                    evidence: [history.evidence(exchange)], deadline: exchange.missedDeadline))
        }
        return judgement
    }
}

extension FindingCode {
    /// A WebSocket handshake was not answered by a node with 101.
    public static let upgradeNotForwarded = FindingCode("upgrade-not-forwarded", .upgrade)
}
