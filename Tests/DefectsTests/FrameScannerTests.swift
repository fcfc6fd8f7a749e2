import NIOCore
import Testing

@testable import Defects

@Suite("Frame headers are found in pieces of any size")
struct FrameScannerTests {
    /// Frames of every length form, masked and not.
    static var stream: ByteBuffer {
        var bytes = ByteBuffer()
        for (opcode, length, masked) in [
            (1, 0, false), (2, 125, true), (1, 126, false), (9, 3, true), (1, 70_000, true), (8, 2, false),
        ] {
            bytes.writeInteger(UInt8(0x80 | opcode))
            let mask: UInt8 = masked ? 0x80 : 0
            switch length {
            case ..<126: bytes.writeInteger(mask | UInt8(length))
            case ..<65_536:
                bytes.writeInteger(mask | 126)
                bytes.writeInteger(UInt16(length))
            default:
                bytes.writeInteger(mask | 127)
                bytes.writeInteger(UInt64(length))
            }
            if masked { bytes.writeInteger(UInt32(0x0102_0304)) }
            bytes.writeRepeatingByte(UInt8(opcode), count: length)
        }
        return bytes
    }

    @Test("whatever the size of the pieces", arguments: [1, 2, 3, 7, 1000, 1 << 20])
    func pieces(_ size: Int) {
        var (scanner, rest, copy) = (FrameScanner(), Self.stream, ByteBuffer())
        var (opcodes, lengths, ends): ([UInt8], [UInt64], Int) = ([], [], 0)
        while rest.readableBytes > 0, let piece = rest.readSlice(length: min(size, rest.readableBytes)) {
            for segment in scanner.scan(piece) {
                switch segment {
                case .header(let header):
                    opcodes.append(header.opcode)
                    lengths.append(header.length)
                    copy.writeImmutableBuffer(header.bytes)
                case .payload(let payload): copy.writeImmutableBuffer(payload)
                case .end: ends += 1
                }
            }
        }
        #expect(opcodes == [1, 2, 1, 9, 1, 8])
        #expect(lengths == [0, 125, 126, 3, 70_000, 2])
        #expect(ends == 6)
        #expect(copy == Self.stream)
    }

    @Test("the longest length a frame can claim is no trap")
    func hugeLength() {
        var scanner = FrameScanner()
        var bytes = ByteBuffer(bytes: [0x82, 0x7f])
        bytes.writeInteger(UInt64.max)
        bytes.writeString("payload")
        #expect(scanner.scan(bytes).count == 2)
        #expect(scanner.scan(ByteBuffer(string: "more")) == [.payload(ByteBuffer(string: "more"))])
    }
}
