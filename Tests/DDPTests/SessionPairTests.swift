import Clocks
import DDP
import TestSupport
import Testing

/// A client and a fleet of servers joined by a link that delivers in order and breaks at random: what was called
/// completes, what is shown is what is published, and nothing is executed twice but for a broken connection.
@Suite struct `A client and its servers` {
    @Test(arguments: 0..<60)
    func `agree in the end, however often the link breaks`(seed: UInt64) {
        var world = World(seed: seed, breaks: seed % 4 == 0 ? 0 : Int(seed % 12))
        world.run()
        let calls = world.calls
        #expect(world.completed.keys.sorted() == calls.keys.sorted())
        for (id, value) in calls { #expect(world.completed[id] == .success(value), "method \(id)") }
        #expect(world.shown == world.published)
        #expect(world.strays == [])
        for (value, count) in world.executions { #expect(count <= 1 + world.broken, "\(value)") }
        if world.broken == 0 { #expect(world.executions.values.allSatisfy { $0 == 1 }) }
        #expect(world.broken == world.breaks)
    }

    private struct World {
        var random: SplitMix
        let breaks: Int
        var broken = 0
        var now = MonotonicClock.now
        var client: ClientSession
        var server: ServerSession?
        var toServer: [String] = []
        var toClient: [String] = []
        var running: [ServerSession.Call] = []
        var calls: [String: JSONValue] = [:]
        var completed: [String: Result<JSONValue?, ApplicationError>] = [:]
        var executions: [JSONValue: Int] = [:]
        var shown: [String: JSONObject] = [:]
        var strays: [String] = []
        /// What subscriptions `0`, `1` and `2` publish together.
        let published: [String: JSONObject] = [
            "shared": JSONObject([("s0", 0), ("s1", 1), ("s2", 2)]), "own0": JSONObject([("n", 0)]),
            "own1": JSONObject([("n", 1)]), "own2": JSONObject([("n", 2)]),
        ]

        init(seed: UInt64, breaks: Int) {
            self.random = SplitMix(state: seed)
            self.breaks = breaks
            self.client = ClientSession(seed: seed)
        }

        mutating func run() {
            perform(client.start(at: now))
            var subscribed = 0
            for _ in 0..<20_000 {
                switch Int.random(in: 0..<12, using: &random) {
                case 0 where calls.count < 30: call()
                case 1 where subscribed < 3:
                    perform(client.subscribe("part", [JSONValue(subscribed)]).actions)
                    subscribed += 1
                case 2 where broken < breaks && server != nil && calls.count > 2 * broken: breakLink()
                case 3 where !running.isEmpty: finish(Int.random(in: 0..<running.count, using: &random))
                case 4..<8 where !toServer.isEmpty:
                    if let actions = server?.receive(toServer.removeFirst(), at: now) { perform(actions) }
                case 8... where !toClient.isEmpty: perform(client.receive(toClient.removeFirst(), at: now))
                default:
                    if case .waiting(let until) = client.status {
                        now = until
                        perform(client.timerFired(at: now))
                    }
                }
                let isDone = calls.count == 30 && subscribed == 3 && broken == breaks && completed.count == 30
                if isDone, toServer.isEmpty, toClient.isEmpty, running.isEmpty { return }
            }
        }

        private mutating func call() {
            let value: JSONValue = .string("call \(calls.count)")
            let wait = Int.random(in: 0..<6, using: &random) == 0
            let (id, actions) = client.call("echo", [value], options: .init(wait: wait))
            calls[id] = value
            perform(actions)
        }

        private mutating func breakLink() {
            broken += 1
            toServer = []
            toClient = []
            running = []
            server = nil
            perform(client.carrierClosed(at: now))
        }

        private mutating func finish(_ index: Int) {
            let call = running.remove(at: index)
            if let actions = server?.finish(call.ticket, .returned(call.params.first)) { perform(actions) }
        }

        private mutating func perform(_ actions: [ClientSession.Action]) {
            for action in actions {
                switch action {
                case .open:
                    server = ServerSession(sessionID: "S\(broken)")
                    perform(client.carrierOpened(at: now))
                case .close: server = nil
                case .send(let message): toServer.append(message.text)
                case .event(.completed(let method, let outcome)): completed[method] = outcome
                case .event(.data(let messages, let reset)): show(messages, reset)
                case .event(.stray(let message)): strays.append(message.text)
                case .event(.unusable(let error)): strays.append("\(error)")
                case .event: break
                }
            }
        }

        private mutating func show(_ messages: [ServerMessage], _ reset: Bool) {
            if reset { shown = [:] }
            for message in messages {
                switch message {
                case .added(_, let id, let fields): shown[id.wire] = fields
                case .changed(_, let id, let fields, _): shown[id.wire]?.members += fields.members
                default: strays.append(message.text)
                }
                // Subscriptions reach a server in another order each time; the fields are the same.
                if let members = shown["shared"]?.members {
                    shown["shared"] = JSONObject(members.sorted { $0.name < $1.name }.map { ($0.name, $0.value) })
                }
            }
        }

        private mutating func perform(_ actions: [ServerSession.Action]) {
            var pending = actions[...]
            while let action = pending.popFirst() {
                switch action {
                case .send(let message): toClient.append(message.text)
                case .run(let call):
                    executions[call.params.first ?? .null, default: 0] += 1
                    running.append(call)
                    if Bool.random(using: &random) { pending += server?.unblock(call.ticket) ?? [] }
                case .publish(let subscription): pending += publish(subscription)
                case .connected, .stopped, .close: break
                }
            }
        }

        private mutating func publish(_ subscription: ServerSession.Subscription) -> [ServerSession.Action] {
            guard let number = subscription.params.first, let name = number.integerValue, var server else { return [] }
            defer { self.server = server }
            let ticket = subscription.ticket
            return server.added(ticket, collection: "c", id: "shared", fields: JSONObject([("s\(name)", number)]))
                + server.added(ticket, collection: "c", id: .string("own\(name)"), fields: JSONObject([("n", number)]))
                + server.ready(ticket) + server.published(ticket)
        }
    }
}
