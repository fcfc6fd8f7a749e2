import NIOCore
import Testing

@testable import WebSocketCodec

@Suite("Frame encoder")
struct FrameEncoderTests {
    static let lengths: [(count: Int, header: [UInt8])] = [
        (0, [0x82, 0x00]), (125, [0x82, 125]), (126, [0x82, 126, 0, 126]), (65_535, [0x82, 126, 0xFF, 0xFF]),
        (65_536, [0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
    ]

    @Test("writes the shortest length form", arguments: lengths)
    func shortestForm(count: Int, header: [UInt8]) {
        var encoder = FrameEncoder(sender: .server)
        var output = ByteBuffer()
        encoder.encode(.binary, payload: ByteBuffer(repeating: 7, count: count), into: &output)
        #expect(output.readBytes(length: header.count) == header)
        #expect(output == ByteBuffer(repeating: 7, count: count))
    }

    @Test("masks what a client sends")
    func masks() {
        var encoder = FrameEncoder(sender: .client, maskingKeys: .fixed(exampleKey))
        var output = ByteBuffer()
        encoder.encode(.text, payload: ByteBuffer(string: "Hello"), into: &output)
        #expect(output.hex == "818537fa213d7f9f4d5158")
    }

    @Test("takes a fresh key for each frame")
    func freshKeys() {
        var keys = MaskingKeySource.random
        let drawn = (0..<1_000).map { _ in keys.next() }
        #expect(Set(drawn).count > 990)
    }

    @Test("masks every length and offset as the byte-wise definition does", arguments: 0..<200)
    func maskDefinition(count: Int) {
        let plain = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }
        let key: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]
        for offset in 0..<9 {
            var masked = ByteBuffer()
            masked.writeMasked(ByteBuffer(bytes: plain), key: exampleKey.rotated(by: offset))
            let expected = plain.enumerated().map { $0.element ^ key[($0.offset + offset) % 4] }
            #expect(Array(masked.readableBytesView) == expected, "offset \(offset)")
        }
    }

    @Test("a ping longer than 125 bytes is cut")
    func longPing() throws {
        var connection = WebSocketConnection(role: .server)
        try connection.sendPing(ByteBuffer(repeating: 1, count: 200))
        #expect(connection.takeOutput()?.readableBytes == 127)
    }

    static let raw: [(frame: RawFrame, bytes: String)] = [
        (RawFrame(opcode: 1, payload: ByteBuffer(string: "Hello")), "810548656c6c6f"),
        (RawFrame(opcode: 1, payload: ByteBuffer(string: "Hello"), maskingKey: exampleKey), "818537fa213d7f9f4d5158"),
        (RawFrame(opcode: 15, isFinal: false, rsv1: true, rsv2: true, rsv3: true), "7f00"),
        (RawFrame(opcode: 0xF2), "8200"),
        (RawFrame(opcode: 2, lengthForm: .sixteenBits), "827e0000"),
        (RawFrame(opcode: 2, lengthForm: .sixtyFourBits), "827f0000000000000000"),
        (RawFrame(opcode: 2, lengthForm: .sevenBits, announcedLength: 127), "827f"),
        (RawFrame(opcode: 2, lengthForm: .sixtyFourBits, announcedLength: .max), "827fffffffffffffffff"),
        (RawFrame(opcode: 2, announcedLength: 70_000), "827f0000000000011170"),
        (RawFrame(opcode: 9, payload: ByteBuffer(repeating: 0, count: 2), announcedLength: 126), "897e007e0000"),
    ]

    @Test("a raw frame is written as told", arguments: raw)
    func rawFrames(frame: RawFrame, bytes: String) throws {
        #expect(try Array(frame.bytes.readableBytesView) == HexBytes(bytes).bytes)
    }
}
