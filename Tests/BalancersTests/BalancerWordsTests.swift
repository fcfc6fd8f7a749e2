import Clocks
import Foundation
import TestSupport
import Testing

@testable import Balancers

@Suite struct LineSplitterTests {
    /// The lines of these pieces, and what is left without an end.
    static func lines(_ pieces: [[UInt8]]) -> [String] {
        var splitter = LineSplitter()
        let ended = pieces.flatMap { piece in piece.withUnsafeBytes { splitter.feed($0) } }
        return ended + [splitter.finish()].compactMap(\.self)
    }

    static let long = String(repeating: "x", count: 1_024)
    static let cut = String(long.dropLast(3)) + "…"

    static let texts: [(String, [String])] = [
        ("", []), ("a", ["a"]), ("a\n", ["a"]), ("a\nb", ["a", "b"]), ("a\r\n\r\nb\r", ["a", "b"]),
        ("\n\n \n\t\na\n\n", ["a"]), ("é\n€\n", ["é", "€"]), ("\u{1b}[31m\u{0}\n", ["\u{1b}[31m\u{0}"]),
        (long + "\n", [long]), (long + "x\nb", [cut, "b"]), (long + long, [cut]), ("x" + long + "é\nb", [cut, "b"]),
        (String(long.dropLast()) + "é\nb", [cut, "b"]),
    ]

    @Test(arguments: texts.indices)
    func `lines are the same whatever pieces they come in`(_ index: Int) {
        let (text, lines) = Self.texts[index]
        let bytes = Array(text.utf8)
        #expect(Self.lines([bytes]) == lines)
        #expect(Self.lines(bytes.map { [$0] }) == lines)
        for place in stride(from: 0, through: bytes.count, by: max(1, bytes.count / 40)) {
            #expect(Self.lines([Array(bytes[..<place]), Array(bytes[place...])]) == lines)
        }
    }

    @Test func `bytes that are not UTF-8 are replaced, and the line stays within its bound`() {
        #expect(Self.lines([[0x61, 0xff, 0x62, 0x0a]]) == ["a\u{fffd}b"])
        let line = Self.lines([Array(repeating: 0xff, count: 1_000)])
        #expect(line.map(\.utf8.count) == [1_023])
        #expect(line.first?.hasSuffix("\u{fffd}…") == true)
    }
}

@Suite struct OutputLinesTests {
    static func append(_ text: String, to lines: OutputLines, from source: OutputLines.Source = .output) {
        Array(text.utf8).withUnsafeBytes { lines.append($0, from: source) }
    }

    @Test func `lines are given once, in their order, with the time at which they came`() {
        let lines = OutputLines()
        let start = MonotonicClock.now
        Self.append("a\nb", to: lines)
        Self.append("from the log\n", to: lines, from: .log)
        Self.append("c\nd", to: lines)
        let first = lines.take()
        #expect(first.lines.map(\.text) == ["a", "from the log", "bc"])
        #expect(first.dropped == 0)
        #expect(first.lines.allSatisfy { (start...MonotonicClock.now).contains($0.time) })
        #expect(lines.take() == BalancerWords())
        lines.finish(.output)
        #expect(lines.take().lines.map(\.text) == ["d"])
    }

    @Test func `a line that is only repeated says nothing new`() {
        let lines = OutputLines()
        Self.append("a\na\nb\na\n", to: lines)
        #expect(lines.take().lines.map(\.text) == ["a", "b", "a"])
    }

    @Test(arguments: [(1, 2_000, 2_000), (1_000, 300, 262), (100, 3_000, 2_000)])
    func `what is too much is counted, and what comes after it was taken is kept again`(
        length: Int, count: Int, kept: Int
    ) {
        let lines = OutputLines()
        for number in 0..<count {
            let text = "\(number)"
            Self.append(text + String(repeating: "x", count: max(0, length - text.count)) + "\n", to: lines)
        }
        let words = lines.take()
        #expect(words.lines.count == kept)
        #expect(words.dropped == count - kept)
        Self.append("again\n", to: lines)
        #expect(lines.take().lines.map(\.text) == ["again"])
    }
}

@Suite struct FollowedLogTests {
    @Test func `a log is read on from where it ended, and anew when it was cut or replaced`() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/error.log"
            let lines = OutputLines()
            let log = FollowedLog(path, to: lines)
            func read() -> [String] {
                log.readOn()
                return lines.take().lines.map(\.text)
            }
            func write(_ text: String, options: Data.WritingOptions = []) throws {
                try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: options)
            }
            #expect(read() == [], "it is not there yet")
            try write("a\nb\nc")
            #expect(read() == ["a", "b"])
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try file.seekToEnd()
            try file.write(contentsOf: Data("d\n".utf8))
            #expect(read() == ["cd"])
            #expect(read() == [])
            try file.truncate(atOffset: 0)
            try file.seek(toOffset: 0)
            try file.write(contentsOf: Data("e\n".utf8))
            #expect(read() == ["e"])
            try write("f\ng\nh\ni\n", options: .atomic)
            #expect(read() == ["f", "g", "h", "i"], "another file of that name")
            try file.close()
        }
    }

    @Test func `what is no plain file is left alone`() async throws {
        try await withTemporaryDirectory { directory in
            let (link, fifo) = ("\(directory)/link", "\(directory)/fifo")
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/etc/passwd")
            #expect(mkfifo(fifo, 0o600) == 0)
            for path in [link, fifo, directory] {
                let lines = OutputLines()
                FollowedLog(path, to: lines).readOn()
                #expect(lines.take() == BalancerWords(), "\(path)")
            }
        }
    }
}
