import Clocks
import DDP
import Testing

/// `ddp-mergebox-vectors.json`: what a session's view of a collection emitted.
struct MergeBoxVector: Decodable, Sendable, CustomTestStringConvertible {
    struct Emission: Decodable, Sendable {
        var out: String
        var id: String
        var fields: [String: String]?
        var cleared: [String]?
    }

    struct Step: Decodable, Sendable {
        var op: String
        var sub: String
        var id: String
        var fields: [String: String]?
        var cleared: [String]?
        var emits: [Emission]
    }

    struct File: Decodable { var cases: [MergeBoxVector] }

    var name: String
    var steps: [Step]

    var testDescription: String { name }

    static func read() throws -> [MergeBoxVector] {
        try Fixture.decode(File.self, "ddp-mergebox-vectors.json").cases
    }
}

@Suite struct `The merge box` {
    @Test(arguments: try MergeBoxVector.read())
    func `tells what Meteor's tells`(vector: MergeBoxVector) throws {
        var session = ServerSession(sessionID: "S")
        let now = MonotonicClock.now
        _ = session.receive(#"{"msg":"connect","version":"1","support":["1"]}"#, at: now)
        var tickets: [String: Int] = [:]
        for name in ["A", "B", "C"] {
            guard
                case .publish(let subscription) = session.receive(
                    #"{"msg":"sub","id":"\#(name)","name":"n"}"#, at: now
                ).first
            else { throw EJSONError.escapedNull }
            tickets[name] = subscription.ticket
            _ = session.published(subscription.ticket)
        }
        for (index, step) in vector.steps.enumerated() {
            let ticket = try #require(tickets[step.sub])
            let fields = Self.object(step.fields ?? [:])
            let actions =
                switch step.op {
                case "added": session.added(ticket, collection: "c", id: .string(step.id), fields: fields)
                case "removed": session.removed(ticket, collection: "c", id: .string(step.id))
                default:
                    session.changed(
                        ticket, collection: "c", id: .string(step.id), fields: fields, cleared: step.cleared ?? [])
                }
            #expect(try actions.map(Self.emission) == step.emits.map(Self.text), "step \(index)")
        }
    }

    @Test func `takes an ended subscription's documents back in the order in which they came`() {
        var session = ServerSession(sessionID: "S")
        let now = MonotonicClock.now
        _ = session.receive(#"{"msg":"connect","version":"1","support":["1"]}"#, at: now)
        _ = session.receive(#"{"msg":"sub","id":"a","name":"n"}"#, at: now)
        let ids = (0..<50).map { "d\($0 * 7 % 50)" }
        for id in ids { _ = session.added(1, collection: "c", id: .string(id)) }
        let removed = session.stop(1).prefix(50)
        #expect(Array(removed) == ids.map { .send(.removed(collection: "c", id: .string($0))) })
    }

    @Test func `says nothing when a value goes that another one hid, or that was the same`() {
        var session = ServerSession(sessionID: "S")
        let now = MonotonicClock.now
        _ = session.receive(#"{"msg":"connect","version":"1","support":["1"]}"#, at: now)
        for id in ["a", "b", "c"] {
            _ = session.receive(#"{"msg":"sub","id":"\#(id)","name":"n"}"#, at: now)
            _ = session.published(id == "a" ? 1 : id == "b" ? 2 : 3)
        }
        _ = session.added(1, collection: "c", id: "x", fields: JSONObject([("f", ["p": 1, "q": 2])]))
        #expect(session.added(2, collection: "c", id: "x", fields: JSONObject([("f", "hidden")])) == [])
        #expect(session.added(3, collection: "c", id: "x", fields: JSONObject([("f", ["q": 2, "p": 1])])) == [])
        #expect(session.changed(2, collection: "c", id: "x", fields: JSONObject([("f", "still hidden")])) == [])
        #expect(session.removed(2, collection: "c", id: "x") == [])
        #expect(session.removed(1, collection: "c", id: "x") == [])
        #expect(session.changed(3, collection: "c", id: "y", fields: JSONObject([("f", 1)])) == [])
        #expect(session.removed(3, collection: "c", id: "x") == [.send(.removed(collection: "c", id: "x"))])
    }

    private static func object(_ fields: [String: String]) -> JSONObject {
        JSONObject(fields.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
    }

    private static func text(_ emission: MergeBoxVector.Emission) -> String {
        "\(emission.out) \(emission.id) \(object(emission.fields ?? [:])) \((emission.cleared ?? []).sorted())"
    }

    private static func emission(_ action: ServerSession.Action) throws -> String {
        func sorted(_ fields: JSONObject) -> JSONObject {
            JSONObject(fields.members.sorted { $0.name < $1.name }.map { ($0.name, $0.value) })
        }
        return switch action {
        case .send(.added("c", let id, let fields)): "added \(id) \(sorted(fields)) []"
        case .send(.changed("c", let id, let fields, let cleared)):
            "changed \(id) \(sorted(fields)) \(cleared.sorted())"
        case .send(.removed("c", let id)): "removed \(id) \(JSONObject()) []"
        default: "unexpected \(action)"
        }
    }
}
