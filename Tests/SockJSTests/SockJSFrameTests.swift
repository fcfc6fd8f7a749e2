import SockJS
import Testing

@Suite struct `SockJS frames` {
    @Test(arguments: [
        ("o", SockJSFrame.open),
        ("h", .heartbeat),
        ("a[]", .messages([])),
        (#"a["x"]"#, .messages(["x"])),
        (#"a["a","b"]"#, .messages(["a", "b"])),
        (#"c[3000,"Go away!"]"#, .goAway),
        (#"c[2010,"Another connection still open"]"#, .anotherConnectionStillOpen),
        (#"a["{\"msg\":\"ping\"}"]"#, .messages([#"{"msg":"ping"}"#])),
        (#"a["\ud83d\ude00"]"#, .messages(["😀"])),
        (#"a["é"]"#, .messages(["é"])),
        (#"a["\n\t\"\\"]"#, .messages(["\n\t\"\\"])),
        (#"a["\u0000\u200c\u2028\u2060\ufff0\ufffd"]"#, .messages(["\0\u{200c}\u{2028}\u{2060}\u{fff0}\u{fffd}"])),
        ("a[\"\u{7f}\"]", .messages(["\u{7f}"])),
    ])
    func `each frame is read from its text and written as a server writes it`(text: String, frame: SockJSFrame) throws {
        #expect(try SockJSFrame(parsing: text) == frame)
        #expect(frame.text == text)
    }

    @Test(arguments: [
        (#"m"x""#, SockJSFrame.messages(["x"])),
        (#"a[ "x" , "y" ]"#, .messages(["x", "y"])),
        (#"a["\/\u0041"]"#, .messages(["/A"])),
        (#"a["\uD83D\uDE00"]"#, .messages(["😀"])),
    ])
    func `other spellings are read`(text: String, frame: SockJSFrame) throws {
        #expect(try SockJSFrame(parsing: text) == frame)
    }

    @Test(arguments: [
        (#"a["\ud83d"]"#, [0xD83D]), (#"a["\ude00x"]"#, [0xDE00, 0x78]), (#"a["\ude00\ud83d"]"#, [0xDE00, 0xD83D]),
        (#"a["\ud83dx\ud83d\ud83d\ude00"]"#, [0xD83D, 0x78, 0xD83D, 0xD83D, 0xDE00]),
    ])
    func `halves of surrogate pairs survive both ways`(text: String, units: [UInt16]) throws {
        let frame = SockJSFrame.messages([SockJSMessage(utf16: units)])
        #expect(try SockJSFrame(parsing: text) == frame)
        #expect(frame.text == text)
    }

    @Test func `a close reason is quoted as plain JSON, messages are not`() {
        #expect(SockJSFrame.close(code: 3000, reason: "a\"😀\u{2028}").text == "c[3000,\"a\\\"😀\u{2028}\"]")
        #expect(SockJSFrame.messages(["😀\u{2028}"]).text == #"a["\ud83d\ude00\u2028"]"#)
    }

    @Test(arguments: [
        "", "x", "oo", "hhhh", "a", "a[", #"a["x"#, #"a["x"]]"#, #"a["x",]"#, "a[1]", "a{}", "c[]", "c[3000]",
        #"c["x",3000]"#, #"c[99999999999999999999,"x"]"#, #"c[,"x"]"#, "a[\"\n\"]", #"a["\u12"]"#, #"a["\ud83d\u"]"#,
        #"a["\x"]"#, "<html>", "m", #"a["\"#,
    ])
    func `anything else is refused with the place where it broke`(text: String) {
        let error = #expect(throws: SockJSFrameError.self) { try SockJSFrame(parsing: text) }
        #expect(error.map { $0.offset <= text.utf8.count } == true)
    }

    @Test func `a poll body is one frame and a line feed`() throws {
        #expect(try SockJSFrame(parsingPollBody: "o\n") == .open)
        #expect(SockJSFrame.messages(["x"]).pollBody == "a[\"x\"]\n")
        for body in ["", "o", "o\no\n", "o\r\n", "\n"] {
            #expect(throws: SockJSFrameError.self) { try SockJSFrame(parsingPollBody: body) }
        }
    }

    @Test func `a frame cut at any byte is refused`() throws {
        let text = #"a["é\ud83d\ude00","\n"]"#
        for count in 0..<text.utf8.count {
            let cut = String(decoding: Array(text.utf8).prefix(count), as: UTF8.self)
            #expect(throws: SockJSFrameError.self) { try SockJSFrame(parsing: cut) }
        }
    }
}
