import DDP
import TestSupport
import Testing

@Suite struct `JSON values` {
    @Test(arguments: [
        "null", "true", "false", "0", "12", "-7", "1.5", "9007199254740991", "1e+21", "\"\"", "\"é😀\"",
        #""\n\t\"\\\b\f\r\u0000\u001f""#, "[]", "[[],{}]", "{}", #"{"b":1,"a":[2,{"d":4,"c":3}]}"#, #"{"a":1,"a":2}"#,
        #""\ud83d""#, #""x\ude00\ud83dé\ud800😀""#,
    ])
    func `keep order, repeated names and half surrogate pairs`(text: String) throws {
        #expect(try JSONValue(parsing: text).text == text)
    }

    @Test(arguments: [
        (#" { "a" : [ 1 , 2 ] } "#, #"{"a":[1,2]}"#), (#""\/\u0041\ud83d\ude00""#, "\"/A😀\""),
        (#"{"\ud83d":"\u00e9\uFFFF"}"#, "{\"\u{fffd}\":\"é\u{ffff}\"}"), ("\t\n\r 1", "1"),
    ])
    func `lose only white space and spellings of strings`(text: String, written: String) throws {
        #expect(try JSONValue(parsing: text).text == written)
    }

    @Test(arguments: [
        ("-0", "0"), ("18446744073709551617", "18446744073709552000"), ("1.8446744073709551617", "1.8446744073709551"),
        ("1e3", "1000"), ("1.50E+10", "15000000000"), ("100.0", "100"), ("0.1e1", "1"),
        ("123456789012345678901234567890", "1.2345678901234568e+29"), ("9007199254740993", "9007199254740992"),
        ("100000000000000000000", "100000000000000000000"), ("1e21", "1e+21"), ("123456789e15", "1.23456789e+23"),
        ("0.000001", "0.000001"), ("0.0000001", "1e-7"), ("1.5e-9", "1.5e-9"), ("5e-324", "5e-324"), ("1e-400", "0"),
        ("1.7976931348623157e308", "1.7976931348623157e+308"), ("1e400", "null"), ("-1e99999999999", "null"),
        ("0.1", "0.1"), ("2.5", "2.5"), ("-123.456", "-123.456"), ("4.35", "4.35"), ("1e23", "1e+23"),
        ("0.30000000000000004", "0.30000000000000004"), ("12345678.9", "12345678.9"),
        ("1234567890123456789012", "1.2345678901234568e+21"),
    ])
    func `hold numbers as JavaScript holds them`(text: String, written: String) throws {
        #expect(try JSONValue(parsing: text).text == written)
    }

    @Test func `read a number as the standard library does, whichever way is taken`() throws {
        var random = SplitMix(state: 7)
        for _ in 0..<2_000 {
            let digits = String(random.next() >> UInt64.random(in: 0..<64, using: &random))
            let point = Int.random(in: 0...digits.count, using: &random)
            var text = point == 0 ? "0" : digits.prefix(point).description
            if point < digits.count { text += "." + digits.dropFirst(point) }
            if Bool.random(using: &random) { text += "e\(Int.random(in: -330...330, using: &random))" }
            if text.hasPrefix("0"), !text.hasPrefix("0."), !text.hasPrefix("0e"), text != "0" { continue }
            let value = try JSONValue(parsing: text)
            #expect(value.numberValue == Double(text), "\(text)")
            if let number = value.numberValue, number.isFinite {
                #expect(try JSONValue(parsing: value.text) == value, "\(text)")
            }
        }
    }

    @Test func `write a number in as few digits as the standard library does`() {
        var random = SplitMix(state: 11)
        for _ in 0..<5_000 {
            let decimals = Int.random(in: 0...6, using: &random)
            let power = [1, 10, 100, 1e3, 1e4, 1e5, 1e6][decimals]
            let digits = Double(random.next() >> UInt64.random(in: 14..<64, using: &random))
            let value = Bool.random(using: &random) ? digits / power : Double.random(in: 1e-3...1e12, using: &random)
            guard value == 0 || value >= 1e-3, value < 1e15 else { continue }
            let description = value.description
            #expect(JSONValue.number(value).text == (description.hasSuffix(".0") ? "\(Int(value))" : description))
        }
    }

    @Test func `a number of more than a thousand digits is refused`() throws {
        #expect(try JSONValue(parsing: String(repeating: "9", count: 400)).numberValue == .infinity)
        #expect(throws: JSONError.self) { try JSONValue(parsing: String(repeating: "9", count: 1_025)) }
    }

    @Test(arguments: [
        "", " ", "x", "tru", "01", "+1", "1.", ".5", "1e", "-", "NaN", "[1,]", "[1 2]", "[", "{", "{\"a\"}", "{\"a\":}",
        "{a:1}", "{\"a\":1,}", "\"x", "\"\n\"", #""\x""#, #""\u12""#, #""\ud83d\u""#, "1 2", "[]]", "'x'", "\"\\",
        "1\u{0}",
        "\u{0}", "\u{feff}1", "\u{a0}1", "-a", "1e+", "nul", "falsehood", "[\"\u{1f}\"]",
    ])
    func `nothing else is JSON`(text: String) {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
        #expect(error.map { $0.offset <= text.utf8.count } == true)
    }

    @Test func `a text cut at any byte is refused`() {
        let text = #"{"a":[1,"é\ud83d\ude00 plain and long",true,null,{"b":-1.5e3}]}"#
        for count in 0..<text.utf8.count {
            let cut = String(decoding: Array(text.utf8).prefix(count), as: UTF8.self)
            #expect(throws: JSONError.self) { try JSONValue(parsing: cut) }
        }
    }

    @Test(
        arguments: [[0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0x5C, 0x6E, 0xED, 0xA0, 0x80, 0x22]] as [[UInt8]])
    func `bytes that are not UTF-8 are refused`(bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: bytes.span) }
    }

    @Test func `plain and special characters are told apart at every place of a word`() throws {
        for position in 0..<24 {
            for special in ["\\n", "\\\"", "\\\\", "\\u0007", "é", "😀"] {
                let text = "\"" + String(repeating: "a", count: position) + special + "bcdefghijk\""
                #expect(try JSONValue(parsing: text).text == text)
            }
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
        #expect(throws: JSONError.self) {
            try JSONValue(parsing: nested(100_000), limits: JSONLimits(depth: .max))
        }
    }

    @Test func `depth is counted inside, not along`() throws {
        let text = "[" + String(repeating: "[[]],", count: 300) + "{}]"
        #expect(try JSONValue(parsing: text, limits: JSONLimits(depth: 3)).text == text)
    }

    @Test func `the last of equal names counts`() throws {
        #expect(try JSONValue(parsing: #"{"a":1,"a":2}"#)["a"] == 2)
    }

    @Test func `tell texts apart that differ in normalization alone, in values and in names`() {
        let composed: JSONValue = ["é": "é"]
        let decomposed: JSONValue = ["e\u{301}": "e\u{301}"]
        #expect(composed != decomposed)
        #expect(composed["é"] != decomposed["e\u{301}"])
        #expect(composed["e\u{301}"] == nil)
        #expect(Set([composed, decomposed, composed]).count == 2)
    }

    @Test(arguments: [
        (#"{"a":1,"b":[2,{"c":3,"d":4}]}"#, #"{"b":[2,{"d":4.0,"c":3}],"a":1}"#, true),
        (#"{"a":1,"a":2}"#, #"{"a":2}"#, true), (#"{"a":1}"#, #"{"a":1,"b":1}"#, false), ("[1,2]", "[2,1]", false),
        ("\"é\"", "\"e\u{301}\"", false), ("{}", "[]", false), (#"{"a":{}}"#, #"{"a":{"b":2}}"#, false),
    ])
    func `are equivalent as JavaScript reads them`(left: String, right: String, expected: Bool) throws {
        let (left, right) = (try JSONValue(parsing: left), try JSONValue(parsing: right))
        #expect(left.isEquivalent(to: right) == expected)
        #expect(right.isEquivalent(to: left) == expected)
    }

    @Test(arguments: [
        (JSONStyle.canonical, #"{"a":1,"b":[2,{"c":3,"d":4}],"e":{},"f":[]}"#),
        (.compact, #"{"b":[2,{"d":4,"c":3}],"a":1,"f":[],"e":{}}"#),
        (
            .indented,
            """
            {
              "b": [
                2,
                {
                  "d": 4,
                  "c": 3
                }
              ],
              "a": 1,
              "f": [],
              "e": {}
            }
            """
        ),
        (
            JSONStyle(indent: "--", isCanonical: true),
            """
            {
            --"a": 1,
            --"b": [
            ----2,
            ----{
            ------"c": 3,
            ------"d": 4
            ----}
            --],
            --"e": {},
            --"f": []
            }
            """
        ),
    ])
    func `are laid out as told`(style: JSONStyle, text: String) {
        let value: JSONValue = ["b": [2, ["d": 4, "c": 3]], "a": 1, "f": [], "e": [:]]
        #expect(value.text(style: style) == text)
    }
}
