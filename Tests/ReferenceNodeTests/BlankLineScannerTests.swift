import NIOCore
import Testing

@testable import ReferenceNode

@Suite struct `The blank line scanner` {
    @Test(
        arguments: [
            ("GET / HTTP/1.1\r\nA: b\r\n\r\nrest", 24), ("a\n\nrest", 3), ("a\n\r\nrest", 4), ("a\r\n\nrest", 4),
            ("a\r\nb\r\n", nil), ("\r\r\r", nil), ("a\n \n\r\n", 6),
        ] as [(String, Int?)])
    func `finds the end of a head at every split`(text: String, end: Int?) {
        let bytes = Array(text.utf8)
        for split in 0...bytes.count {
            var scanner = BlankLineScanner()
            let first = scanner.firstEnd(in: ByteBuffer(bytes: bytes[..<split]))
            let found = first ?? scanner.firstEnd(in: ByteBuffer(bytes: bytes[split...])).map { $0 + split }
            #expect(found == end)
        }
    }
}
