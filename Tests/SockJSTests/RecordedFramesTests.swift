import Foundation
import SockJS
import Testing

@Suite struct `Recorded frames` {
    @Test(arguments: try lines(of: "poll-bodies.txt"))
    func `are read and written byte for byte`(frame: String) throws {
        #expect(try SockJSFrame(parsingPollBody: frame + "\n").pollBody == frame + "\n")
    }

    @Test func `exactly the listed code points are escaped in lower-case hex, others go out raw`() throws {
        let ranges = try lines(of: "server-escapes.txt").map { line in
            let ends = line.split(separator: "-").compactMap { UInt32($0, radix: 16) }
            return ends[0]...ends[1]
        }
        let short: Set<UInt32> = [8, 9, 10, 12, 13, 0x22, 0x5C]
        let sample = Array(0...0x3000) + Array(0xD700...0x10100) + [0x1F600, 0x10FFFF]
        for value in sample {
            guard let scalar = Unicode.Scalar(UInt32(value)), !short.contains(scalar.value) else { continue }
            let text = SockJSFrame.messages([String(scalar)]).text
            let escaped = String(scalar).utf16.map { "\\u" + String(format: "%04x", $0) }.joined()
            let isListed = ranges.contains { $0.contains(scalar.value) }
            #expect(text == "a[\"\(isListed ? escaped : String(scalar))\"]", "U+\(String(value, radix: 16))")
        }
    }
}

private func lines(of name: String) throws -> [String] {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../fixtures/sockjs/\(name)").standardizedFileURL
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
}
