import NIOCore
import Testing

@testable import StickyProxy

@Suite("Blank lines are found in pieces of any size")
struct BlankLineScannerTests {
    @Test(
        "wherever the bytes are cut",
        arguments: ["GET / HTTP/1.1\r\nA: b\r\n\r\nrest\n\nmore", "\r\n\r\n\n\r\r\n\n", "none"])
    func everyCut(_ text: String) {
        let whole = ends(of: [text])
        for cut in 0...text.utf8.count {
            let bytes = Array(text.utf8)
            #expect(
                ends(of: [
                    String(decoding: bytes[..<cut], as: UTF8.self), String(decoding: bytes[cut...], as: UTF8.self),
                ]) == whole)
        }
        #expect(ends(of: text.utf8.map { String(decoding: [$0], as: UTF8.self) }) == whole)
    }

    @Test("a blank line is CR LF CR LF, and a bare LF ends a line too")
    func forms() {
        #expect(ends(of: ["a\r\n\r\nb"]) == [5])
        #expect(ends(of: ["a\n\nb"]) == [3])
        #expect(ends(of: ["a\r\n\nb"]) == [4])
        #expect(ends(of: ["a\r\n \r\nb"]) == [])
    }

    /// Offsets behind blank lines.
    func ends(of pieces: [String]) -> [Int] {
        var scanner = BlankLineScanner()
        var offset = 0
        var ends: [Int] = []
        for piece in pieces {
            var bytes = ByteBuffer(string: piece)
            while bytes.readableBytes > 0 {
                let length = scanner.pieceLength(bytes.readableBytesView)
                offset += length
                let piece = bytes.readSlice(length: length)
                let isEnd = scanner == BlankLineScanner() && piece?.readableBytesView.last == UInt8(ascii: "\n")
                if isEnd { ends.append(offset) }
            }
        }
        return ends
    }
}
