import SockJS
import Testing

@Suite struct `Messages` {
    private static let units: [UInt16] = [0x22, 0x41, 0x5C, 0xE9, 0x20AC, 0xD800, 0xDBFF, 0xDC00, 0xDFFF, 0xFFFF]

    @Test func `keep every sequence of UTF-16 code units, through every frame and back`() throws {
        for first in Self.units {
            for second in Self.units {
                for third in Self.units {
                    let units = [first, second, third]
                    let message = SockJSMessage(utf16: units)
                    #expect(message.utf16 == units)
                    let frame = SockJSFrame.messages([message])
                    #expect(try SockJSFrame(parsing: frame.text) == frame)
                    #expect(try ClientMessages.decode(ClientMessages.encode([message])) == [message])
                    #expect(message.string == String(decoding: units, as: UTF16.self))
                }
            }
        }
    }

    @Test func `equal those whose halves were joined by another way`() {
        #expect(SockJSMessage(utf16: [0xD83D, 0xDE00]) == SockJSMessage("😀"))
        #expect(SockJSMessage(utf16: [0xD83D]) != SockJSMessage("\u{fffd}"))
    }

    @Test(
        arguments: [
            ([0xFF], "\u{fffd}"), ([0x61, 0xC3], "a\u{fffd}"), ([0xED, 0xA0, 0xBD], "\u{fffd}\u{fffd}\u{fffd}"),
            ([0xF0, 0x9F, 0x98, 0x80], "😀"),
        ] as [([UInt8], SockJSMessage)])
    func `read bytes that are not UTF-8 as browsers do`(bytes: [UInt8], message: SockJSMessage) throws {
        #expect(SockJSMessage(decoding: bytes) == message)
        #expect(try SockJSFrame(parsing: Array("a[\"".utf8) + bytes + Array("\"]".utf8)) == .messages([message]))
        #expect(try SockJSFrame(parsing: Array("a[\"\\n".utf8) + bytes + Array("\"]".utf8)).text.hasPrefix("a[\"\\n"))
    }

    @Test func `find what needs an escape at every place of a long text`() throws {
        for (special, written) in [
            ("\"", #"\""#), ("\\", #"\\"#), ("\u{1f}", #"\u001f"#), ("é", "é"), ("\u{2028}", #"\u2028"#),
            ("😀", #"\ud83d\ude00"#),
        ] {
            for place in 0..<20 {
                let before = String(repeating: "a", count: place)
                let after = String(repeating: "b", count: 20 - place)
                let frame = SockJSFrame.messages([SockJSMessage(before + special + after)])
                #expect(frame.text == "a[\"\(before)\(written)\(after)\"]")
                #expect(try SockJSFrame(parsing: frame.text) == frame)
            }
        }
    }
}
