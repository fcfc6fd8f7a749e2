import History
import Testing
import Wire

@testable import Fleet

private typealias Answer = AnsweringServer.Answer

/// Whatever comes without end: a client ends by its own deadlines and bounds. One flood at a time, since each takes all the
/// processor it gets.
@Suite("A flood neither holds a client nor fills its memory", .serialized, .timeLimit(.minutes(2)))
struct FloodTests {
    private static let opened = Answer.upgraded(Answer.text("o")).bytes
    private static let upgraded = Answer.upgraded().bytes

    /// So many at once that the client never empties its queue.
    private static func many(_ frame: [UInt8]) -> [UInt8] { Array(repeating: frame, count: 500).flatMap { $0 } }
    private static func letters(_ count: Int) -> String { String(repeating: "x", count: count) }

    private static func failures(_ recorder: HistoryRecorder) -> [RequestFailure] {
        recorder.history.events.compactMap {
            if case .requestFailed(let failed) = $0.kind { return failed.failure }
            return nil
        }
    }

    @Test(
        "Endless heads and bodies end at a bound",
        arguments: [
            Flood("fields", "HTTP/1.1 200 X\r\n", "X-More: \(letters(1_000))\r\n"),
            Flood("a field", "HTTP/1.1 200 X\r\nA: ", letters(10_000)),
            Flood("a body without length", "HTTP/1.1 200 X\r\n\r\n", letters(1 << 20)),
            Flood(
                "chunks", "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n",
                "100000\r\n\(letters(1 << 20))\r\n"),
            Flood(
                "trailers", "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
                "X-Trailer: \(letters(1_000))\r\n"),
        ])
    func endlessAnswer(_ flood: Flood) async throws {
        try await flood.running { client, recorder in
            await client.request("GET", "/", RequestPlan(label: RequestLabel("x"), limit: long))
            #expect(Self.failures(recorder) == [.malformed])
        }
    }

    @Test("Interim answers don't stretch a deadline")
    func interimAnswers() async throws {
        let interim = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
        try await Flood("103", interim, String(repeating: interim, count: 100)).running { client, recorder in
            await client.request("GET", "/", RequestPlan(label: RequestLabel("x"), limit: .milliseconds(200)))
            #expect(Self.failures(recorder) == [.timedOut])
        }
    }

    private static let smallTalk = [
        Flood("pings", opened, many([0x89, 0])), Flood("empty frames", opened, many([0x81, 0])),
        Flood("heartbeats", opened, many(Answer.text("h"))),
    ]

    private static func session(_ client: VirtualClient) async throws -> WebSocketCarrier {
        try await WebSocketCarrier.open(client, target: "/w", framing: .sockJS, session: "s", within: long).get()
    }

    @Test("Chatter does not stretch a deadline, and the close ends", arguments: smallTalk)
    func chatter(_ flood: Flood) async throws {
        try await flood.running { client, _ in
            let carrier = try await Self.session(client)
            await #expect(throws: CarrierError.timedOut) { try await carrier.receive(within: .milliseconds(100)) }
            await carrier.close()
        }
    }

    @Test("Heartbeats without end end the session, and with them their record")
    func heartbeats() async throws {
        try await Self.smallTalk[2].running { client, recorder in
            let carrier = try await Self.session(client)
            let error = await #expect(throws: CarrierError.self) { try await carrier.receive(within: long) }
            guard case .closed(1006, _)? = error else {
                Issue.record("it ended with \(String(describing: error))")
                return
            }
            #expect(recorder.history.events.count <= SessionDriver.heartbeatLimit + 10)
        }
    }

    @Test("A cancelled client is let go, whatever still comes", arguments: smallTalk.prefix(1))
    func cancelled(_ flood: Flood) async throws {
        try await flood.running { client, _ in
            let carrier = try await Self.session(client)
            let reader = Task { try? await carrier.receive(within: long) }
            reader.cancel()
            #expect(await reader.value == nil)
            await carrier.close()
        }
    }

    @Test(
        "Chatter before the open frame does not open a session",
        arguments: [Flood("pings", upgraded, many([0x89, 0])), Flood("empty frames", upgraded, many([0x81, 0]))])
    func unopened(_ flood: Flood) async throws {
        try await flood.running { client, recorder in
            let opened = await WebSocketCarrier.open(
                client, target: "/w", framing: .sockJS, session: "s", within: .milliseconds(200))
            guard case .failure = opened else {
                Issue.record("a session opened")
                return
            }
            #expect(recorder.history.openings.isEmpty)
        }
    }

    private static func peer(_ client: VirtualClient) async throws -> LiteralWebSocketPeer {
        try await LiteralWebSocketPeer.open(client, target: "/w", session: "s", within: long)
    }

    @Test(
        "A literal peer makes no message of control frames and continuations without end",
        arguments: [
            Flood("pings", upgraded, many([0x89, 0])),
            Flood("empty continuations", upgraded + [0x01, 0], many([0x00, 0])),
            Flood(
                "continuations", upgraded + [0x01, 0],
                [0x00, 127, 0, 0, 0, 0, 0, 16, 0, 0] + Array(repeating: 7, count: 1 << 20)),
        ])
    func literalMessages(_ flood: Flood) async throws {
        try await flood.running { client, _ in
            let peer = try await Self.peer(client)
            await #expect(throws: WireError.self) { try await peer.readMessage(within: .milliseconds(300)) }
            await peer.close()
        }
    }

    @Test("A literal peer does not wait for ever for the frame it wants")
    func literalFrames() async throws {
        try await Flood("texts", Self.upgraded, Self.many(Answer.text("x"))).running { client, _ in
            let peer = try await Self.peer(client)
            await #expect(throws: WireError.self) { try await peer.readFrame(opcode: 10, within: .milliseconds(200)) }
            await peer.close()
        }
    }

    @Test(
        "A literal peer reads a bounded part of an answer",
        arguments: [
            Flood("a field", "HTTP/1.1 400 X\r\nA: ", letters(10_000)),
            Flood("interim answers", "", "HTTP/1.1 103 X\r\n\r\n"),
            Flood("a body without length", "HTTP/1.1 400 X\r\n\r\n", letters(1 << 20)),
            Flood(
                "chunks", "HTTP/1.1 400 X\r\nTransfer-Encoding: chunked\r\n\r\n",
                String(repeating: "400\r\n\(letters(1_024))\r\n", count: 10)),
            Flood(
                "one chunk", "HTTP/1.1 400 X\r\nTransfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\n",
                letters(4_096)),
        ])
    func literalAnswers(_ flood: Flood) async throws {
        try await flood.running { client, recorder in
            let peer = try? await Self.peer(client)
            await peer?.close()
            let ends = recorder.history.events.dropFirst().map(\.kind)
            #expect(ends.count == 1)
            for case .responseReceived(let response) in ends { #expect(response.bodyBytes <= 65_536) }
        }
    }
}
