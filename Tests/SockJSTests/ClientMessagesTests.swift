import SockJS
import Testing

@Suite struct `Messages of clients` {
    @Test(arguments: [
        (#"["a","b"]"#, ["a", "b"]), ("[]", []), (#"["\ud83d\ude00"]"#, ["😀"]), (#" [ "a" ] "#, ["a"]),
        (#"["\ud83d"]"#, [SockJSMessage(utf16: [0xD83D])]),
        (#"["a",1.5e3, null ,{"b":[ ]}]"#, ["a", "1.5e3", "null", #"{"b":[ ]}"#]),
    ])
    func `an array is read from both carriers, and what is no string as it is spelled`(
        text: String, messages: [SockJSMessage]
    ) throws {
        #expect(try ClientMessages.decode(text, from: .websocket) == messages)
        #expect(try ClientMessages.decode(text, from: .xhrSend) == messages)
    }

    @Test func `a bare value and an empty text are legal on a WebSocket only`() throws {
        #expect(try ClientMessages.decode(#""a""#) == ["a"])
        #expect(try ClientMessages.decode("7") == ["7"])
        #expect(try ClientMessages.decode("") == [])
        #expect(throws: ClientMessagesError.payloadExpected) { try ClientMessages.decode("\"a\"", from: .xhrSend) }
        #expect(throws: ClientMessagesError.payloadExpected) { try ClientMessages.decode("", from: .xhrSend) }
    }

    @Test(arguments: ["{}", #"{"a":["b"]}"#, "null", "7", #""a""#])
    func `JSON of another shape asks for a payload`(text: String) {
        #expect(throws: ClientMessagesError.payloadExpected) { try ClientMessages.decode(text, from: .xhrSend) }
    }

    @Test(arguments: ["[\"x", "[\"x\"]]", "x", "[\"a\",]", "{", String(repeating: "[", count: 100_000)])
    func `what is not JSON is called broken`(text: String) {
        let error = #expect(throws: ClientMessagesError.self) { try ClientMessages.decode(text, from: .xhrSend) }
        #expect(error?.answer == "Broken JSON encoding.")
    }

    @Test func `what is encoded is decoded`() throws {
        let messages: [SockJSMessage] = ["", "a\"b\\c", "\u{0}\u{1f}\u{2028}", "é😀"]
        #expect(try ClientMessages.decode(ClientMessages.encode(messages)) == messages)
    }
}
