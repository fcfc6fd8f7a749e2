import NIOCore
import Testing

@testable import Discovery

@Suite("A watch comes in lines")
struct LineSplitterTests {
    static func lines(_ pieces: [String], limit: Int = 100) throws -> [String] {
        var splitter = LineSplitter(limit: limit)
        var lines: [String] = []
        for piece in pieces {
            splitter.receive(ByteBuffer(string: piece))
            while let line = try splitter.next() { lines.append(String(buffer: line)) }
        }
        return lines
    }

    @Test("Wherever the stream is cut, in two places too")
    func cut() throws {
        let text = Array("{\"a\":1}\n\n{\"b\":2}\nrest")
        for first in 0...text.count {
            for second in first...text.count {
                let pieces = [text[..<first], text[first..<second], text[second...]].map { String($0) }
                #expect(try Self.lines(pieces) == ["{\"a\":1}", "", "{\"b\":2}"], "\(first) \(second)")
            }
        }
    }

    @Test("A line is as long as the limit and no longer, whether its end has come or not", arguments: [true, false])
    func limit(ends: Bool) throws {
        let end = ends ? "\n" : ""
        #expect(try Self.lines([String(repeating: "a", count: 10) + end], limit: 10).count == (ends ? 1 : 0))
        #expect(throws: LineTooLong.self) { try Self.lines([String(repeating: "a", count: 11) + end], limit: 10) }
        #expect(throws: LineTooLong.self) { try Self.lines(Array(repeating: "a", count: 11) + [end], limit: 10) }
    }

    @Test("What was read is not kept")
    func memory() throws {
        var splitter = LineSplitter(limit: 1_000)
        // Each piece ends within a line, so that something is always left.
        for _ in 0..<2_000 {
            splitter.receive(ByteBuffer(string: String(repeating: "a", count: 500) + "\n" + "rest"))
            while try splitter.next() != nil {}
        }
        #expect(splitter.capacity < 10_000)
    }
}
