import NIOCore
import Testing

@testable import WebSocketCodec

struct DeflateFrameVector: Decodable, CustomTestStringConvertible {
    enum Agreed: Decodable {
        case none
        case parameters(DeflateParameters)

        init(from decoder: any Decoder) throws {
            if let vector = try? DeflateParameterVector(from: decoder) {
                self = .parameters(vector.parameters)
            } else {
                self = .none
            }
        }
    }

    var items: [Int]
    var name: String
    var source: String
    var receiver: String
    var bytes: HexBytes
    var events: [String]
    /// Absent: permessage-deflate without parameters.
    var agreed: Agreed?
    var limits: FrameVector.Limits?
    var windowEnforcement: String?

    var testDescription: String { "\(name) (\(source))" }

    func connection(_ delivery: WebSocketDelivery = .whole) -> WebSocketConnection {
        let parameters: DeflateParameters? =
            switch agreed {
            case nil: DeflateParameters()
            case .some(.none): nil
            case .parameters(let parameters): parameters
            }
        return WebSocketConnection(
            role: receiver == "client" ? .client : .server,
            limits: WebSocketLimits(maximumMessageBytes: limits?.maximumMessageBytes ?? 16 << 20),
            delivery: delivery, deflate: parameters,
            deflateTuning: DeflateTuning(windowEnforcement: windowEnforcement == "exact" ? .exact : .bestEffort))
    }

    func run(splitAt offsets: [Int]) -> [String] {
        var connection = connection()
        var events: [WebSocketEvent] = []
        var start = 0
        for end in offsets + [bytes.bytes.count] {
            connection.receive(ByteBuffer(bytes: bytes.bytes[start..<end]))
            events += connection.allEvents()
            start = end
        }
        return events.map(\.line)
    }
}

@Suite("permessage-deflate vectors")
struct DeflateFrameTests {
    static let vectors = Result { try Fixtures.load("deflate-frames") as [DeflateFrameVector] }

    @Test("give the same events at every split", arguments: (try? vectors.get()) ?? [])
    func anySplit(vector: DeflateFrameVector) {
        for position in stride(from: 0, through: vector.bytes.bytes.count, by: vector.bytes.bytes.count > 200 ? 23 : 1)
        {
            #expect(vector.run(splitAt: [position]) == vector.events, "split at \(position)")
        }
    }

    @Test("give the same events byte by byte", arguments: (try? vectors.get()) ?? [])
    func byteByByte(vector: DeflateFrameVector) {
        #expect(vector.run(splitAt: Array(0..<vector.bytes.bytes.count)) == vector.events)
    }

    /// Items of the checklist that are about what is sent, or too large for a file; each names its test.
    static let itemsTestedInCode: [Int: String] = [
        23: "a huge list of offers is judged in one pass",
        48: "65 536 compressed fragments of one byte are one message",
        49: "messages of every kind and size survive, whatever was agreed",
        50: "output that ends exactly at the end of the buffer is complete",
    ]

    @Test("every item of the checklist has a vector or a test")
    func checklistIsCovered() throws {
        let offers = try DeflateNegotiationTests.offers.get().flatMap(\.items)
        let answers = try DeflateNegotiationTests.answers.get().flatMap(\.items)
        let frames = try Self.vectors.get().flatMap(\.items)
        let covered = Set(offers + answers + frames).union(Self.itemsTestedInCode.keys)
        #expect(Set(1...50).subtracting(covered).isEmpty)
    }
}
