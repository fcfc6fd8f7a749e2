import Claims
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `upgrade/reaches-node`
    static let upgradeReachesNode = ConformanceCase(
        CaseDescription(
            id: "upgrade/reaches-node", title: "WebSocket upgrades reach the node", features: [.websocketUpgrade],
            proves: "An upgrade of /websocket and of a SockJS session reaches a node with all its fields, is answered "
                + "101 with the right accept value, and the tunnel carries a ping and its pong (RFC 6455 §4, §5.5).",
            findings: [.upgradeNotForwarded, .acceptWrong, .headerLost, .tunnelClosed], hasControl: true),
        workload: { stage in
            for target in probeTargets {
                try await HandshakeProbe(
                    target: target,
                    extraHeaders: [
                        ("Origin", "http://app.example"), ("X-Stickler-Probe", "kept"),
                        ("Authorization", "Basic cHJvYmU6"),
                    ]
                ).run(stage)
            }
        },
        judge: { history in
            Judgement.joining(HandshakeProbe.judge(history), fieldsSeenByNodes(history))
        })
}

private let probeTargets = ["/websocket?probe=a%2Fb&x=1", "/sockjs/000/reaches1/websocket?probe=a%2Fb&x=1"]

/// What the nodes saw of each probe must be what the client sent, but for what a proxy may rewrite.
private func fieldsSeenByNodes(_ history: HistoryView) -> Judgement {
    var judgement = Judgement(observations: 0)
    let expected = [
        ("origin", "http://app.example"), ("x-stickler-probe", "kept"), ("authorization", "Basic cHJvYmU6"),
        ("sec-websocket-version", "13"),
    ]
    for exchange in history.exchanges where exchange.sent.label == HandshakeProbe.label {
        // An upgrade that was not forwarded is a finding of its own; its fields are beside the point.
        guard exchange.response?.status == 101 else { continue }
        guard let seen = exchange.executions.first?.request else {
            judgement.doubt =
                "\(exchange.sent.target) was answered 101, but no node saw it with the X-Stickler-Request it was sent with"
            continue
        }
        judgement.observations += 1
        var lost = expected.filter { seen.values(of: $0.0) != [$0.1] }.map {
            "\($0.0) is \(seen.values(of: $0.0)), sent \($0.1)"
        }
        // Where the app has a path prefix the nodes don't know it, so the balancer takes it off.
        let targets = [exchange.sent.target] + probeTargets.filter(exchange.sent.target.hasSuffix)
        if !targets.contains(seen.target) { lost.append("the target is \(seen.target)") }
        if !lost.isEmpty {
            judgement.findings.append(
                Finding(
                    .headerLost, "the node saw other fields than the client sent: \(lost.joined(separator: "; "))",
                    evidence: [history.evidence(exchange)]))
        }
    }
    return judgement
}

extension FindingCode {
    /// A header field that was sent did not arrive.
    static let headerLost = FindingCode("header-lost", .rewriting)
}
