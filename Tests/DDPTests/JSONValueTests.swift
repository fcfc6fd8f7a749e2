import DDP
import Testing

@Suite struct `JSON values` {
    @Test(arguments: [
        "null", "true", "false", "0", "-0", "12", "1e3", "-1.50E+10", "123456789012345678901234567890", "\"\"",
        "\"é😀\"",
        #""\n\t\"\\\b\f\r\u0000\u001f""#, "[]", "[[],{}]", "{}", #"{"b":1,"a":[2,{"d":4,"c":3}]}"#, #"{"a":1,"a":2}"#,
    ])
    func `keep order and spelling`(text: String) throws {
        #expect(try JSONValue(parsing: text).text == text)
    }

    @Test(arguments: [
        (#" { "a" : [ 1 , 2 ] } "#, #"{"a":[1,2]}"#), (#""\/\u0041\ud83d\ude00""#, "\"/A😀\""),
        (#""\ud83d""#, "\"\u{fffd}\""), (#""\ude00\ud83dx""#, "\"\u{fffd}\u{fffd}x\""),
    ])
    func `lose only white space and spellings of strings`(text: String, written: String) throws {
        #expect(try JSONValue(parsing: text).text == written)
    }

    @Test(arguments: [
        "", " ", "x", "tru", "01", "+1", "1.", ".5", "1e", "-", "NaN", "[1,]", "[1 2]", "[", "{", "{\"a\"}", "{\"a\":}",
        "{a:1}", "{\"a\":1,}", "\"x", "\"\n\"", #""\x""#, #""\u12""#, #""\ud83d\u""#, "1 2", "[]]", "'x'", "\"\\",
    ])
    func `nothing else is JSON`(text: String) {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
        #expect(error.map { $0.offset <= text.utf8.count } == true)
    }

    @Test func `a text cut at any byte is refused`() {
        let text = #"{"a":[1,"é\ud83d\ude00",true,null,{"b":-1.5e3}]}"#
        for count in 0..<text.utf8.count {
            let cut = String(decoding: Array(text.utf8).prefix(count), as: UTF8.self)
            #expect(throws: JSONError.self) { try JSONValue(parsing: cut) }
        }
    }

    @Test func `depth and size are limited`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(try JSONValue(parsing: nested(100)).text == nested(100))
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: nested(101)) }
        #expect(error?.offset == 100)
        #expect(throws: JSONError.self) { try JSONValue(parsing: String(repeating: "[", count: 1_000_000)) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: "\"abc\"", limits: JSONLimits(bytes: 4)) }
    }

    @Test func `the last of equal names counts`() throws {
        #expect(try JSONValue(parsing: #"{"a":1,"a":2}"#)["a"] == 2)
    }
}
