import Claims
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `stickiness/websocket-first`
    static let stickinessWebSocketFirst = ConformanceCase(
        CaseDescription(
            id: "stickiness/websocket-first", title: "HTTP after a first WebSocket reaches the same node",
            features: [.clientAffinity, .websocketUpgrade],
            proves: "A client whose first contact is a WebSocket reaches the node of that WebSocket with its HTTP "
                + "requests afterwards: affinity is set on the 101 too.",
            findings: [.upgradeNotForwarded, .sessionMoved, .requestFailed]),
        workload: { stage in
            _ = await forAll((0..<16).map { _ in stage.client() }) { client in
                let session = client.nextSessionName()
                let opened = await WebSocketCarrier.open(client, target: "/websocket", framing: .raw, session: session)
                guard case .success(let carrier) = opened else { return }
                for _ in 1...3 {
                    await client.request(
                        "GET", "/whoami", RequestPlan(label: afterWebSocket, session: session))
                }
                await carrier.close()
            }
        },
        judge: { history in
            Judgement.joining(
                UpgradeChecker().judge(history), StickinessChecker(labels: [afterWebSocket]).judge(history),
                SeveralOwnersChecker().judge(history))
        })
}

private let afterWebSocket = RequestLabel("after-websocket")
