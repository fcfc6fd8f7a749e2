import Stickler

extension ConformanceCase {
    /// The session of a cart, whose node dies: its client opens it anew on another one, by Meteor's rule.
    static let cartSurvives = ConformanceCase(
        CaseDescription(
            id: "shop/cart-survives", title: "A cart's session goes on when its node dies", features: [.killFailover],
            proves: "A polling session whose node was killed goes on at another node within five seconds.",
            findings: [.cartLost], schedule: .alone(seconds: 2)),
        workload: { stage in
            let client = stage.client("cart")
            let session = client.nextSessionName()
            let connector = SockJSConnector(service: "/echo", ladder: [.xhrPolling])
            let opened = await connector.connect(client, session: session)
            guard let cart = try? opened.get(), let node = stage.node(cart.nodeID ?? "") else { return }
            try await stage.inject(.kill, on: node)
            await cart.close()
            let again = await MeteorReconnector(budget: .seconds(5)).reconnect(client, firstEpoch: 2) { epoch in
                await connector.connect(client, session: session, epoch: epoch)
            }
            await (try? again.get())?.close()
        },
        judge: { history in
            guard let killed = history.fault(.kill) else {
                return Judgement(observations: 0, doubt: "no session opened, so no node was killed")
            }
            if history.sessions.contains(where: { $0.openedAt > killed.time && $0.opened.nodeID != killed.nodeID }) {
                return Judgement(observations: 1)
            }
            let last = history.exchanges.last.map(history.evidence)
            return Judgement(
                observations: 1,
                findings: [
                    Finding(
                        .cartLost, "\(killed.nodeID) died, and its session got to no other node",
                        evidence: [last].compactMap { $0 })
                ])
        })
}

extension FindingCode {
    static let cartLost = FindingCode("cart-lost", .failover)
}
