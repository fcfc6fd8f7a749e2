import NIOCore
import StressResults
import Testing
import WebSocketCodec

@testable import Stress

@Suite("A target that lies, stalls or floods ends in findings, in time and in bounded memory", .serialized)
struct HostileTargetTests {
    static func scenario(_ mix: String, seconds: Double = 2) throws -> StressScenario {
        var scenario = StressScenario(clients: 3)
        scenario.duration = .seconds(seconds)
        scenario.think = .fixed(.milliseconds(10))
        scenario.mix = try TransportMix(mix)
        return scenario
    }

    static let refusals: [(name: String, answer: HostileTarget.Answer)] = [
        ("no HTTP", .bytes("SSH-2.0-OpenSSH\r\n\r\n")),
        ("an error", .bytes("HTTP/1.1 500 Oops\r\nContent-Length: 2\r\n\r\nno")),
        ("an end", .bytes("")),
        ("a 101 nobody asked for", .bytes("HTTP/1.1 101 Switching Protocols\r\n\r\n")),
        ("an endless answer", .endless(String(repeating: "x", count: 65_536))),
    ]

    @Test("Where no session comes about it is said so, and nothing came back", arguments: refusals)
    func refusal(_ name: String, _ answer: HostileTarget.Answer) async throws {
        for mix in ["websocket", "raw-websocket"] {
            let result = try await HostileTarget.stressed(answer, try Self.scenario(mix, seconds: 1), rawPath: "/")
            #expect(result.counts.opened == 0)
            #expect(result.counts.answered == 0)
            #expect(result.connected == 0)
            // An endless answer keeps its client waiting for longer than this run.
            if case .endless = answer { continue }
            #expect(Set(result.counts.violations.keys) == ["session-not-opened"], "\(mix)")
            #expect(result.conclusion([]) == .violations)
            // No session was there that could be violated.
            #expect(result.counts.violatedSessions == [:])
            #expect(result.rate(ofViolation: "session-not-opened") == nil)
        }
    }

    @Test("Silence is waited out")
    func silence() async throws {
        let result = try await HostileTarget.stressed(.silence, try Self.scenario("raw-websocket", seconds: 1))
        #expect(result.counts.opened == 0)
        #expect(result.conclusion([]) == .incomplete)
    }

    static func frame(_ text: String) -> [UInt8] {
        var bytes = ByteBuffer()
        RawFrame(opcode: 1, payload: ByteBuffer(string: text)).write(to: &bytes)
        return Array(bytes.readableBytesView)
    }

    @Test("A flood of messages that nobody sent is found, however fast it comes")
    func flood() async throws {
        let frames = Self.frame("#4000000000 never sent") + Self.frame("nonsense")
        let result = try await HostileTarget.stressed(
            .upgrade(then: frames), try Self.scenario("raw-websocket"), rawPath: "/")
        #expect(result.counts.opened > 0)
        // A client that the flood leaves no time for may not get its session.
        #expect(Set(result.counts.violations.keys).subtracting(["session-not-opened"]) == ["message-altered"])
        #expect(result.counts.violatedSessions["message-altered"] == result.counts.opened)
        #expect(result.samples.count { $0.code == "message-altered" } == 5)
        #expect(result.conclusion([]) == .violations)
    }

    static func tick(_ number: Int, node: String? = nil) -> String {
        let fields = #"{"n":\#(number)\#(node.map { #","nodeID":"\#($0)""# } ?? "")}"#
        let kind = node == nil ? "changed" : "added"
        return #"{"msg":"\#(kind)","collection":"ticks","id":"s","fields":\#(fields)}"#
    }

    static let talks: [(finding: String, texts: [String])] = [
        ("document-stale", [tick(0, node: "n2"), tick(1)]),
        ("message-lost", [tick(0, node: "n1"), tick(1), tick(3), tick(4)]),
        ("message-duplicated", [tick(0, node: "n1"), tick(1), tick(1)]),
        ("message-reordered", [tick(0, node: "n1"), tick(1), tick(3), tick(2)]),
        ("ddp-unusable", [tick(0, node: "n1"), "no JSON"]),
    ]

    @Test("What a server of DDP must not say is found", arguments: talks)
    func talk(_ finding: String, _ texts: [String]) async throws {
        var scenario = try Self.scenario("raw-websocket", seconds: 1)
        scenario.application = .ddp
        // Calls would never be answered.
        scenario.think = .fixed(.seconds(600))
        let connected = #"{"msg":"connected","session":"x"}"#
        let result = try await HostileTarget.stressed(.talk([connected] + texts), scenario, rawPath: "/")
        #expect(Set(result.counts.violations.keys) == [finding])
        #expect(result.counts.violations[finding] == 3)
        #expect(result.samples.contains { $0.code == finding && $0.evidence.contains { $0.contains("opened by n1") } })
    }

    @Test("A poll that holds no rows of SockJS is found")
    func malformed() async throws {
        var scenario = try Self.scenario("xhr-polling", seconds: 1)
        scenario.think = .fixed(.seconds(600))
        let result = try await HostileTarget.stressed(.polls(["o\n", "nonsense\n", "c[3000,\"over\"]\n"]), scenario)
        #expect(result.counts.violations["frames-malformed", default: 0] >= 3)
        #expect(result.counts.opened >= 3)
    }
}
