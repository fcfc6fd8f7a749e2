import DDP
import History
import NIOPosix
import Synchronization
import Testing
import Wire

@testable import Fleet

@Suite("DDP negotiates, calls and pings, each within its deadline")
struct DDPConnectionTests {
    /// A carrier whose messages are written down; when they are used up, the last one comes for ever, or the end.
    final class ScriptedCarrier: Carrier {
        let client = VirtualClient(
            name: "c", target: .init(endpoint: Endpoint(host: "127.0.0.1", port: 9)), source: nil, seed: 1,
            loop: MultiThreadedEventLoopGroup.singleton.next(), recorder: HistoryRecorder())
        let session = "s"
        let epoch = 1
        let nodeID: String? = "n1"
        private let repeatsLast: Bool
        private let state: Mutex<(incoming: [String], sent: [String])>

        init(_ incoming: [String], repeatsLast: Bool = false) {
            self.repeatsLast = repeatsLast
            state = Mutex((incoming, []))
        }

        var sent: [String] { state.withLock { $0.sent } }

        func send(_ message: String) async throws(CarrierError) { state.withLock { $0.sent.append(message) } }

        func receive(within limit: Duration) async throws(CarrierError) -> String {
            let next = state.withLock { state -> String? in
                if repeatsLast, state.incoming.count == 1 { return state.incoming[0] }
                return state.incoming.isEmpty ? nil : state.incoming.removeFirst()
            }
            guard let next else { throw .closed(code: 1006, reason: "over") }
            return next
        }

        func close() async {}
    }

    static let connected = #"{"msg":"connected","session":"abc"}"#

    static func failure(
        _ body: () async throws(DDPConnection.Failure) -> Void
    ) async -> DDPConnection.Failure? {
        do throws(DDPConnection.Failure) {
            try await body()
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "It connects by connected, whatever comes before it",
        arguments: [
            [connected], [#"{"server_id":"0"}"#, connected], [#"{"msg":"ping"}"#, connected],
        ])
    func connects(_ messages: [String]) async throws {
        let carrier = ScriptedCarrier(messages)
        _ = try await DDPConnection.connect(over: carrier, within: long)
        #expect(carrier.sent.first?.contains(#""msg":"connect""#) == true)
    }

    @Test(
        "A refusal, nonsense and the end of the carrier don't connect",
        arguments: [
            [#"{"msg":"failed","version":"pre2"}"#], ["nonsense"], [],
        ])
    func refused(_ messages: [String]) async {
        let failure = await Self.failure { () throws(DDPConnection.Failure) in
            _ = try await DDPConnection.connect(over: ScriptedCarrier(messages), within: long)
        }
        switch failure {
        case .protocolBroken: #expect(!messages.isEmpty)
        case .carrier(let error): #expect(messages.isEmpty && error == .closed(code: 1006, reason: "over"))
        case .method, nil: Issue.record("it went on: \(String(describing: failure))")
        }
    }

    @Test("A server that only talks of other things does not stretch the deadline")
    func chatter() async {
        let carrier = ScriptedCarrier([#"{"msg":"ping"}"#], repeatsLast: true)
        let failure = await Self.failure { () throws(DDPConnection.Failure) in
            _ = try await DDPConnection.connect(over: carrier, within: .milliseconds(20))
        }
        #expect(failure == .carrier(.timedOut))
    }

    static let result = #"{"msg":"result","id":"1","result":"x"}"#
    static let updated = #"{"msg":"updated","methods":["1"]}"#

    @Test(
        "A call ends with its result and its writes, in either order",
        arguments: [
            [result, updated], [updated, result], [#"{"msg":"updated","methods":["9"]}"#, result, updated],
        ])
    func calls(_ messages: [String]) async throws {
        var ddp = try await DDPConnection.connect(over: ScriptedCarrier([Self.connected] + messages), within: long)
        let value = try await ddp.call("echo", ["x"], within: long)
        #expect(value == "x")
    }

    @Test(
        "A call without its writes, or with another's result, goes on waiting",
        arguments: [
            [result], [updated], [#"{"msg":"result","id":"2","result":"x"}"#, updated],
        ])
    func unfinished(_ messages: [String]) async throws {
        let carrier = ScriptedCarrier([Self.connected] + messages)
        let failure = await Self.failure { () throws(DDPConnection.Failure) in
            var ddp = try await DDPConnection.connect(over: carrier, within: long)
            _ = try await ddp.call("echo", ["x"], within: long)
        }
        #expect(failure == .carrier(.closed(code: 1006, reason: "over")))
    }

    @Test("A method's error is the call's")
    func methodError() async throws {
        let error = #"{"msg":"result","id":"1","error":{"error":404,"reason":"no"}}"#
        let carrier = ScriptedCarrier([Self.connected, error, Self.updated])
        let failure = await Self.failure { () throws(DDPConnection.Failure) in
            var ddp = try await DDPConnection.connect(over: carrier, within: long)
            _ = try await ddp.call("nothing", [], within: long)
        }
        guard case .method = failure else {
            Issue.record("it ended with \(String(describing: failure))")
            return
        }
    }

    @Test("A ping ends with the pong of its id, and the server's pings are answered")
    func pings() async throws {
        let carrier = ScriptedCarrier([
            Self.connected, #"{"msg":"ping","id":"theirs"}"#, #"{"msg":"pong","id":"other"}"#,
            #"{"msg":"pong","id":"ours"}"#,
        ])
        var ddp = try await DDPConnection.connect(over: carrier, within: long)
        try await ddp.ping("ours", within: long)
        #expect(carrier.sent.contains { $0.contains(#""msg":"pong""#) && $0.contains("theirs") })
    }
}
