import NIOCore
import Testing

@testable import WebSocketCodec

@Suite("Limits")
struct WebSocketLimitsTests {
    @Test("values outside the range are brought into it", arguments: [(-1, 0), (0, 0), (5, 5), (Int.max, 1 << 30)])
    func range(given: Int, taken: Int) {
        let limits = WebSocketLimits(maximumMessageBytes: given, maximumFrameBytes: given)
        #expect(limits.maximumMessageBytes == taken)
        #expect(limits.maximumFrameBytes == taken)
        var changed = WebSocketLimits()
        changed.maximumMessageBytes = given
        changed.maximumFrameBytes = given
        #expect(changed == limits)
    }

    static let extremes = [
        WebSocketLimits(maximumMessageBytes: .max, maximumFrameBytes: .max, maximumFragments: .max),
        WebSocketLimits(maximumMessageBytes: 0, maximumFrameBytes: 0, maximumFragments: 0),
        WebSocketLimits(maximumMessageBytes: .min, maximumFrameBytes: .max, maximumFragments: .min),
    ]

    @Test("extreme limits don't trap", arguments: extremes)
    func noTrap(limits: WebSocketLimits) {
        let frames: [[UInt8]] = [
            [0x82, 0x7F, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0x82, 0x7F, 0, 0, 0, 0, 0x40, 0, 0, 0, 1],
            [0x82, 0x00], [0xC2, 0x07, 0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00], [0x02, 0x01, 0x61, 0x80, 0x01, 0x61],
        ]
        for bytes in frames {
            var connection = WebSocketConnection(role: .client, limits: limits, deflate: DeflateParameters())
            connection.receive(ByteBuffer(bytes: bytes))
            connection.receiveEOF()
            #expect(connection.allEvents().last?.line == "ended:1006")
        }
    }

    @Test("a cut header behind a message does not copy that message's storage")
    func cutHeader() {
        var connection = WebSocketConnection(role: .client)
        var bytes = RawFrame(opcode: 2, payload: ByteBuffer(repeating: 1, count: 60_000)).bytes
        bytes.writeInteger(UInt8(0x81))
        connection.receive(bytes)
        let first = connection.nextEvent()
        #expect(first == .binary(ByteBuffer(repeating: 1, count: 60_000)))
        connection.receive(ByteBuffer(bytes: [0x01, 0x61]))
        guard case .text(let text) = connection.nextEvent() else {
            Issue.record("expected the text")
            return
        }
        #expect(text.storageCapacity < 1_000)
    }

    @Test("zlib's contexts go with their connection")
    func contextsAreFreed() {
        weak var stream: ZlibStream?
        do {
            let owner = ZlibStream(.inflate(windowBits: 15))
            let copy = owner.flatMap(ZlibStream.init(copying:))
            stream = copy
            #expect(stream != nil && copy !== owner)
        }
        #expect(stream == nil)
    }
}
