import Foundation
import SockJS
import TestSupport
import Testing

@Suite struct `Recorded frames` {
    @Test(arguments: try lines(of: "poll-bodies.txt"))
    func `are read and written byte for byte`(frame: String) throws {
        #expect(try SockJSFrame(parsingPollBody: frame + "\n").pollBody == frame + "\n")
    }

    @Test(arguments: [("server-escapes.txt", SockJSFrame.text(of:)), ("client-escapes.txt", ClientMessages.text(of:))])
    func `exactly the listed code points are escaped in lower-case hex, others go out raw`(
        list: String, write: @Sendable (SockJSMessage) -> String
    ) throws {
        let ranges = try lines(of: list).map { line in
            let ends = line.split(separator: "-").compactMap { UInt32($0, radix: 16) }
            return ends[0]...ends[1]
        }
        let short: Set<UInt32> = [8, 9, 10, 12, 13, 0x22, 0x5C]
        for value in Array(0...0x10100) + [0x1F600, 0x10FFFF] {
            guard let scalar = Unicode.Scalar(UInt32(value)), !short.contains(scalar.value) else { continue }
            let isListed = ranges.contains { $0.contains(scalar.value) }
            let text =
                isListed ? String(scalar).utf16.map { "\\u" + String(format: "%04x", $0) }.joined() : String(scalar)
            #expect(write(SockJSMessage(String(scalar))) == "[\"\(text)\"]", "U+\(String(value, radix: 16))")
        }
    }
}

extension SockJSFrame {
    fileprivate static func text(of message: SockJSMessage) -> String { String(messages([message]).text.dropFirst()) }
}

extension ClientMessages {
    fileprivate static func text(of message: SockJSMessage) -> String { encode([message]) }
}

private func lines(of name: String) throws -> [String] {
    let file = Checkout.fixture("sockjs/\(name)")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
}
