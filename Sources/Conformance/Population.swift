import Fleet
import Lab
import SockJS

/// Sessions of both kinds, each with one message there and back, on which a fault is let loose.
struct Population: Sendable {
    /// All sessions that opened.
    var carriers: [any Carrier]

    /// Opens `polling` sessions on xhr-polling and `webSockets` on SockJS WebSockets. So many of one kind alone as three
    /// nodes divide would get back to their nodes in turn, by chance.
    static func open(polling: Int, webSockets: Int, on stage: CaseStage) async -> Population {
        async let polls = PollingSessions.open(polling, on: stage)
        async let sockets = forAll((0..<webSockets).map { _ in stage.client("w") }) { client in
            try? await connector(.websocket).connect(client, session: client.nextSessionName()).get()
        }
        let opened: [any Carrier] = await polls + sockets.compactMap { $0 }
        let alive = await forAll(opened) { await exchange($0, number: 1) }
        return Population(carriers: zip(opened, alive).filter(\.1).map(\.0))
    }

    /// One message there and back.
    static func exchange(_ carrier: any Carrier, number: Int) async -> Bool {
        await PollingSessions.exchange(carrier, number: number)
    }

    static func connector(_ transport: ClientTransport) -> SockJSConnector {
        // Less than SockJS keeps the other sessions, which wait meanwhile.
        PollingSessions.connector(transport, openLimit: CaseBudget.attempt)
    }

    /// The node that owns sessions of every kind there is and most of all, as long as another one owns some too.
    func victim(on stage: CaseStage) -> NodeRemote? {
        let owned = Dictionary(grouping: carriers) { $0.nodeID ?? "" }
        let kinds = Dictionary(grouping: carriers) { $0 is SockJSCarrier }.count
        func weight(_ carriers: [any Carrier]) -> (Int, Int) {
            let polling = carriers.count { $0 is SockJSCarrier }
            return (kinds == 1 ? 0 : min(polling, carriers.count - polling), carriers.count)
        }
        let ranked = owned.filter { !$0.key.isEmpty }.sorted { left, right in
            weight(left.value) == weight(right.value) ? left.key < right.key : weight(left.value) > weight(right.value)
        }
        return ranked.count > 1 ? stage.node(ranked[0].key) : nil
    }

    /// Sessions that this node owns.
    func owned(by node: NodeRemote) -> [any Carrier] { carriers.filter { $0.nodeID == node.nodeID } }

    /// Sessions that other nodes own.
    func notOwned(by node: NodeRemote) -> [any Carrier] { carriers.filter { $0.nodeID != node.nodeID } }

    /// What a client does whose node died: notices by its next message, then reconnects by Meteor's rule.
    static func survive(_ carrier: any Carrier, budget: Duration) async -> (any Carrier)? {
        var number = 2
        // A session may outlive the fault for a message or two, as when the node died between two polls.
        while number < 5, await exchange(carrier, number: number) { number += 1 }
        guard number < 5 else { return carrier }
        await carrier.close()
        let transport: ClientTransport = carrier is SockJSCarrier ? .xhrPolling : .websocket
        let session = carrier.session
        let client = carrier.client
        let again = await MeteorReconnector(budget: budget).reconnect(client, firstEpoch: carrier.epoch + 1) { epoch in
            await connector(transport).connect(client, session: session, epoch: epoch)
        }
        return try? again.get()
    }

    /// Ends all sessions.
    func close() async {
        _ = await forAll(carriers) { await $0.close() }
    }
}
