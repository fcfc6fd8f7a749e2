import NIOCore
import Testing

@testable import StickyProxy

@Suite("Where frames of a WebSocket end")
struct FrameBoundaryTests {
    static func frame(_ opcode: UInt8, _ length: Int, isMasked: Bool) -> [UInt8] {
        var bytes = [0x80 | opcode]
        let bit: UInt8 = isMasked ? 0x80 : 0
        switch length {
        case ..<126: bytes.append(bit | UInt8(length))
        case ..<65_536: bytes += [bit | 126, UInt8(length >> 8), UInt8(length & 0xFF)]
        default: bytes += [bit | 127] + (0..<8).reversed().map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) }
        }
        // Payload that looks like the heads of other frames.
        return bytes + (isMasked ? [0x88, 0x81, 0x88, 0x81] : []) + (0..<length).map { $0 % 2 == 0 ? 0x88 : 0x7F }
    }

    @Test(
        "is known for every length, masked or not, in pieces of any size",
        arguments: [0, 1, 125, 126, 127, 300, 65_535, 65_536, 70_000], [true, false])
    func lengths(_ length: Int, _ isMasked: Bool) {
        let frame = Self.frame(0x2, length, isMasked: isMasked)
        for size in [1, 2, 3, 7, 1_000, frame.count * 2 + 1] {
            var boundary = FrameBoundary()
            let bytes = frame + frame
            var ends: [Int] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                let piece = bytes[start..<min(start + size, bytes.count)]
                boundary.pass(ByteBuffer(bytes: piece))
                if boundary.isBetweenFrames { ends.append(piece.endIndex) }
            }
            #expect(ends == [frame.count, frame.count * 2].filter { $0 % size == 0 || $0 == bytes.count }, "\(size)")
            #expect(!boundary.isClosed)
        }
    }

    @Test("a close frame is the last one, and no payload is taken for one")
    func close() {
        var boundary = FrameBoundary()
        boundary.pass(ByteBuffer(bytes: Self.frame(0x1, 10, isMasked: false)))
        #expect(!boundary.isClosed)
        boundary.pass(ByteBuffer(bytes: Self.frame(0x8, 2, isMasked: false)))
        #expect(boundary.isClosed && boundary.isBetweenFrames)
    }

    @Test("a close frame of ours says its code, masked from a client", arguments: [nil, 0x0102_0304, 0xFFFF_FFFF])
    func ours(_ mask: UInt32?) {
        let bytes = Array(FrameBoundary.close(1001, mask: mask).readableBytesView)
        var boundary = FrameBoundary()
        boundary.pass(ByteBuffer(bytes: bytes))
        #expect(boundary.isClosed && boundary.isBetweenFrames)
        guard let mask else { return #expect(bytes == [0x88, 2, 0x03, 0xE9]) }
        let key = (0..<4).map { UInt8(truncatingIfNeeded: mask >> (24 - 8 * $0)) }
        #expect(Array(bytes.prefix(6)) == [0x88, 0x82] + key)
        #expect(zip(bytes.suffix(2), key).map { $0 ^ $1 } == [0x03, 0xE9])
    }
}
