import Stickler

extension ConformanceCase {
    /// Prices that the shop sends over a WebSocket of its own; here a node's echo stands in for it.
    static let pricesArrive = ConformanceCase(
        CaseDescription(
            id: "shop/prices-arrive", title: "Prices arrive as they were sent", features: [.websocketUpgrade],
            proves: "Ten prices cross a raw WebSocket there and back, unaltered and in order.",
            findings: [.messageAltered, .messageLost, .messageDuplicated, .messageReordered]),
        workload: { stage in
            let client = stage.client("prices")
            let opened = await WebSocketCarrier.open(
                client, target: "/echo/websocket", framing: .raw, session: client.nextSessionName())
            guard let socket = try? opened.get() else { return }
            do {
                for number in 1...10 {
                    try await socket.send(NumberedPayload.text(number, "$\(number).99"))
                    _ = try await socket.receive(within: .seconds(5))
                }
            } catch {
                // The history has it: a workload that throws says nothing of the balancer.
            }
            await socket.close()
        },
        judge: { EchoChecker().judge($0) })
}
