import DDP
import Fleet
import Lab
import SockJS

/// Meteor users on every carrier, each connected and with a call behind it, on whom a fault is let loose.
struct MeteorPopulation: Sendable {
    /// How a user comes to its carrier.
    enum Way: Sendable, CaseIterable {
        /// Down Meteor's ladder, from WebSocket on.
        case webSocket
        /// On xhr-polling alone, as behind a proxy that blocks WebSocket.
        case polling
        /// On a raw WebSocket, as Node.js and mobile clients.
        case raw

        /// The route below this path: `/sockjs` for Meteor's own, whose raw WebSocket stands beside it.
        func route(_ service: String = "/sockjs") -> MeteorUser.Route {
            switch self {
            case .webSocket: Self.sockJS(service, [.websocket, .xhrPolling])
            case .polling: Self.sockJS(service, [.xhrPolling])
            case .raw:
                .rawWebSocket(
                    target: service == "/sockjs" ? "/websocket" : "\(service)/websocket",
                    within: ClientTiming.meteorConnectLimit)
            }
        }

        private static func sockJS(_ service: String, _ ladder: [ClientTransport]) -> MeteorUser.Route {
            var options = ClientOptions(ladder: ladder)
            // How quickly a transport opens is not asked here.
            options.leastTransportDeadline = CaseBudget.answer
            return .sockJS(service: service, options: options)
        }
    }

    /// Users who connected and had an answer.
    var users: [MeteorUser]

    /// Connects so many users each way; those who don't come so far are left out, and the history shows it.
    static func open(
        _ counts: [Way: Int], configuration: ClientSession.Configuration = .init(), on stage: CaseStage
    ) async -> MeteorPopulation {
        let all = Way.allCases.flatMap { way in
            (0..<(counts[way] ?? 0)).map { _ in
                MeteorUser(stage.client("m"), configuration: configuration, route: way.route())
            }
        }
        let sound = await forAll(all) { await Self.start($0) }
        for (user, isSound) in zip(all, sound) where !isSound { await user.stop() }
        return MeteorPopulation(users: zip(all, sound).filter(\.1).map(\.0))
    }

    /// Connects and makes a call; false if that takes too long.
    static func start(_ user: MeteorUser, within limit: Duration = CaseBudget.meteorConnect) async -> Bool {
        await user.start()
        let call = await user.increment()
        return await user.wait(within: limit) { $0.completed[call] != nil }
    }

    /// The node that serves users of most ways and most of all, as long as another one serves some too; and its users.
    func victims(on stage: CaseStage) async -> (node: NodeRemote, users: [MeteorUser])? {
        let nodes = await forAll(users) { await $0.nodeID }
        let served = Dictionary(grouping: zip(users, nodes).filter { $0.1 != nil }) { $0.1 ?? "" }
        let ranked = served.sorted { left, right in
            (left.value.count, right.key) > (right.value.count, left.key)
        }
        guard ranked.count > 1, let node = stage.node(ranked[0].key) else { return nil }
        return (node, ranked[0].value.map(\.0))
    }

    /// All leave.
    func stop() async { _ = await forAll(users) { await $0.stop() } }
}
