import NIOCore
import Testing

@testable import WebSocketCodec

struct FrameVector: Decodable, CustomTestStringConvertible {
    struct Limits: Decodable {
        var maximumMessageBytes: Int?
        var maximumFrameBytes: Int?
        var maximumFragments: Int?
    }

    var name: String
    var source: String
    var receiver: String
    var bytes: HexBytes
    var events: [String]
    var output: HexBytes?
    var limits: Limits?

    var testDescription: String { "\(name) (\(source))" }

    func connection(_ delivery: WebSocketDelivery = .whole) -> WebSocketConnection {
        var limits = WebSocketLimits()
        if let given = self.limits {
            limits = WebSocketLimits(
                maximumMessageBytes: given.maximumMessageBytes ?? limits.maximumMessageBytes,
                maximumFrameBytes: given.maximumFrameBytes ?? limits.maximumFrameBytes,
                maximumFragments: given.maximumFragments ?? limits.maximumFragments)
        }
        return WebSocketConnection(
            role: receiver == "client" ? .client : .server, limits: limits, delivery: delivery,
            maskingKeys: .fixed(exampleKey))
    }

    /// The chunks to feed for a split after each of these offsets.
    func run(splitAt offsets: [Int]) -> (events: [String], output: [UInt8]) {
        var connection = connection()
        var events: [WebSocketEvent] = []
        var start = 0
        for end in offsets + [bytes.bytes.count] {
            connection.receive(ByteBuffer(bytes: bytes.bytes[start..<end]))
            events += connection.allEvents()
            start = end
        }
        return (events.map(\.line), connection.allOutput())
    }

    /// Every position of short vectors; of long ones those in and around the first header, and some in the payload.
    var splitPositions: [Int] {
        let count = bytes.bytes.count
        return (0...count).filter { $0 < 24 || $0 > count - 4 || count < 300 || $0 % 8_191 == 0 }
    }
}

@Suite("Frame vectors")
struct FrameVectorTests {
    static let vectors = Result { try Fixtures.load("frames") as [FrameVector] }

    @Test("the fixtures are there")
    func fixturesLoad() throws {
        let vectors = try Self.vectors.get()
        #expect(vectors.count > 100)
        #expect(Set(vectors.map(\.name)).count == vectors.count, "names are unique")
    }

    @Test("give the same events and output at every split", arguments: (try? vectors.get()) ?? [])
    func anySplit(vector: FrameVector) {
        for position in vector.splitPositions {
            let result = vector.run(splitAt: [position])
            #expect(result.events == vector.events, "split at \(position)")
            if let output = vector.output { #expect(result.output == output.bytes, "split at \(position)") }
        }
    }

    @Test("give the same events and output byte by byte", arguments: (try? vectors.get()) ?? [])
    func byteByByte(vector: FrameVector) {
        guard vector.bytes.bytes.count < 1_000 else { return }
        let result = vector.run(splitAt: Array(0..<vector.bytes.bytes.count))
        #expect(result.events == vector.events)
        if let output = vector.output { #expect(result.output == output.bytes) }
    }

    @Test("every rule is broken by some vector")
    func everyRuleIsCovered() throws {
        let events = try Self.vectors.get().flatMap(\.events) + DeflateFrameTests.vectors.get().flatMap(\.events)
        let seen = Set(events.compactMap { $0.split(separator: "@").first })
        for rule in WebSocketRule.allCases {
            #expect(seen.contains("failed:\(rule.rawValue)"), "no vector breaks \(rule.rawValue)")
        }
    }
}
