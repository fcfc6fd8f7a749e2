import DDP
import Testing

@Suite struct `EJSON values` {
    @Test(arguments: try EJSONVectors.read().parse)
    func `are read and written as Meteor does`(row: EJSONVectors.Parse) throws {
        if row.error == nil {
            #expect(try EJSON(parsing: row.in).text() == row.out)
        } else {
            #expect(throws: EJSONError.self) { try EJSON(parsing: row.in) }
        }
    }

    /// The values of the vectors, which are spelled in JavaScript there.
    private static func values() throws -> [String: EJSON] {
        [
            "undefined": .undefined, "[undefined]": [.undefined], "function": .undefined,
            "{$date:new Date(5)}": ["$date": .date(milliseconds: 5)], "{$date:10000}": ["$date": 10_000],
            "{$escape:{$date:1}}": ["$escape": ["$date": 1]], "{$binary:\"AA==\"}": ["$binary": "AA=="],
            "{$InfNaN:1}": ["$InfNaN": 1], "{$regexp:\"a\",$flags:\"\"}": ["$regexp": "a", "$flags": ""],
            "{$date:1,a:2}": ["$date": 1, "a": 2], "1e21": 1e21, "0.1": 0.1, "/a/b in string": "a/b",
            "/foo/gi": .regularExpression(try RegularExpression(pattern: "foo", flags: "gi")),
            "Buffer": .binary([1, 2]),
        ]
    }

    @Test(arguments: try EJSONVectors.read().stringify)
    func `are spelled as Meteor spells them`(row: EJSONVectors.Stringify) throws {
        let value = try #require(Self.values()[row.value])
        #expect(value.text() == row.out)
        #expect("\(value)" == row.out ?? "undefined")
        if let out = row.out, value != [.undefined] { #expect(try EJSON(parsing: out) == value) }
    }

    @Test(
        arguments: [
            (#"{"$date":1.9}"#, .date(milliseconds: 1)), (#"{"$date":-1.9}"#, .date(milliseconds: -1)),
            (#"{"$date":null}"#, .date(milliseconds: 0)),
            (#"{"$date":8.64e15}"#, .date(milliseconds: 8_640_000_000_000_000)),
            (#"{"$date":8.65e15}"#, .date(milliseconds: nil)), (#"{"$date":1e400}"#, .date(milliseconds: nil)),
            (#"{"$date":[1]}"#, .date(milliseconds: nil)), (#"{"$InfNaN":-3}"#, .number(-.infinity)),
            (#"{"$InfNaN":"7"}"#, .number(.infinity)), (#"{"$InfNaN":null}"#, .number(.nan)),
            (#"{"$binary":""}"#, .binary([])), (#"{"$binary":"A"}"#, .binary([])), ("1e400", .number(.infinity)),
            (#"{"$escape":"ab"}"#, ["0": "a", "1": "b"]), (#"{"a":1,"a":2}"#, ["a": 2]),
            (#"{"b":1,"10":2,"9":3,"01":4}"#, ["9": 3, "10": 2, "b": 1, "01": 4]),
            (
                #"{"$flags":"","$regexp":"[)](a|\\()*?"}"#,
                .regularExpression(try RegularExpression(pattern: #"[)](a|\()*?"#, flags: ""))
            ),
        ] as [(String, EJSON)])
    func `in odd spellings are what JavaScript makes of them`(text: String, value: EJSON) throws {
        let read = try EJSON(parsing: text)
        #expect(read.isEqual(to: value, keyOrderSensitive: true))
    }

    @Test(
        arguments: [
            ("2013", 1_356_998_400_000), ("2013-01", 1_356_998_400_000),
            ("2013-01-01T00:00:00.123Z", 1_356_998_400_123),
            ("2012-02-29T23:59Z", 1_330_559_940_000), ("1970-01-01T24:00:00Z", 86_400_000),
            ("-000001-01-01", -62_198_755_200_000),
            ("1970-01-01T01:00:00+01:00", 0), ("+275760-09-13", 8_640_000_000_000_000), ("2013-02-29", nil),
            ("+275760-09-14", nil), ("1970-01-01T24:00:01Z", nil), ("-000000-01-01", nil), ("2013-1-1", nil), ("", nil),
            ("2013-01-01T", nil), ("2013-01-01Z", nil),
        ] as [(String, Int64?)])
    func `read dates as ISO 8601 has them`(text: String, milliseconds: Int64?) throws {
        #expect(try EJSON(parsing: "{\"$date\":\"\(text)\"}") == .date(milliseconds: milliseconds))
    }

    @Test(arguments: [
        (#"{"$binary":"=A"}"#, EJSONError.malformedBinary), (#"{"$binary":5}"#, .malformedBinary),
        (#"{"$escape":null}"#, .escapedNull), (#"[{"a":{"$type":"Address","$value":1}}]"#, .unknownType("Address")),
        (#"{"$type":5,"$value":1}"#, .unknownType("5")), (#"{"$type":"oid","$value":5}"#, .malformedObjectID),
        (#"{"$regexp":"a)","$flags":""}"#, .malformedRegularExpression("unmatched )")),
        (#"{"$regexp":"*","$flags":""}"#, .malformedRegularExpression("nothing to repeat")),
        (#"{"$regexp":"[a","$flags":""}"#, .malformedRegularExpression("unterminated class")),
        (#"{"$regexp":"a","$flags":1}"#, .malformedRegularExpression("pattern and flags must be strings")),
    ])
    func `that are broken say how`(text: String, error: EJSONError) {
        #expect(throws: error) { try EJSON(parsing: text) }
        #expect(error.description.hasPrefix("expected "))
    }

    @Test func `of a custom type are equal to their own kind only`() throws {
        let text = #"{"$type":"Address","$value":{"city":"x","at":{"$date":1}}}"#
        let address = try EJSON(parsing: text, customTypes: ["Address", "Holder"])
        #expect(address.text() == text)
        #expect(address == .custom(type: "Address", value: ["at": ["$date": 1], "city": "x"]))
        #expect(address != .custom(type: "Holder", value: ["city": "x", "at": ["$date": 1]]))
        #expect(address.hashValue == EJSON.custom(type: "Address", value: ["at": ["$date": 1], "city": "x"]).hashValue)
    }

    @Test func `are equal whatever the order of members, unless order is asked for`() {
        let value: EJSON = ["a": ["b": 1, "c": 2], "d": ["e": 3, "f": 4]]
        let reordered: [EJSON] = [
            ["d": ["e": 3, "f": 4], "a": ["b": 1, "c": 2]], ["a": ["c": 2, "b": 1], "d": ["e": 3, "f": 4]],
        ]
        for other in reordered {
            #expect(value == other)
            #expect(value.hashValue == other.hashValue)
            #expect(!value.isEqual(to: other, keyOrderSensitive: true))
        }
        #expect(value.isEqual(to: value, keyOrderSensitive: true))
    }

    @Test(
        arguments: [
            (["a": [:]], ["a": ["b": 2]], false), ([1, 2, 3, 4], ["0": 1, "1": 2, "2": 3, "3": 4], false),
            ([:], [], false), (.null, .null, true), (.undefined, .undefined, true), ([:], .null, false),
            (.number(.nan), .number(.nan), true), (.number(.infinity), 0, false), (.number(.nan), 0, false),
            (.number(.infinity), .number(-.infinity), false), (["a": 1], ["a": 1, "b": 2], false),
            ("é", "e\u{301}", false), (.date(milliseconds: 1), .number(1), false), (.number(-0.0), 0, true),
        ] as [(EJSON, EJSON, Bool)])
    func `are equal as Meteor compares them`(left: EJSON, right: EJSON, expected: Bool) {
        #expect((left == right) == expected)
        #expect((right == left) == expected)
    }

    @Test(arguments: [
        ("", [] as [UInt8]), ("cGxlYXN1cmUu", Array("pleasure.".utf8)), ("bGVhc3VyZS4=", Array("leasure.".utf8)),
        ("ZWFzdXJlLg==", Array("easure.".utf8)), ("YXN1cmUu", Array("asure.".utf8)), ("c3VyZS4=", Array("sure.".utf8)),
        ("AAAA", [0, 0, 0]), ("AAAB", [0, 0, 1]),
    ])
    func `hold bytes in base64`(text: String, bytes: [UInt8]) throws {
        #expect(try EJSON(parsing: "{\"$binary\":\"\(text)\"}") == .binary(bytes))
        #expect(EJSON.binary(bytes).text() == "{\"$binary\":\"\(text)\"}")
    }

    @Test func `of many equal names are read in a moment`() throws {
        let text = "{" + (0..<100_000).map { "\"k\($0 % 50_000)\":\($0)" }.joined(separator: ",") + "}"
        guard case .object(let object) = try EJSON(parsing: text) else { throw EJSONError.escapedNull }
        #expect(object.members.count == 50_000)
        #expect(object["k7"] == 50_007)
    }

    @Test(arguments: try EJSONVectors.read().mongoId)
    func `name documents by strings as Meteor does`(row: EJSONVectors.MongoID) throws {
        let ids: [String: DocumentID] = [
            "oid": .objectID(ObjectID(hex: "507f1f77bcf86cd799439011")!), "5": .number(5), "true": .bool(true),
            "null": .null,
            "\"507F1F77BCF86CD799439011\" (upper)": .string("507F1F77BCF86CD799439011"),
        ]
        guard let wire = row.wire else {
            #expect(try DocumentID(EJSON(parsing: row.id)) == nil)
            return
        }
        let id = try ids[row.id] ?? .string(#require(JSONValue(parsing: row.id).stringValue))
        #expect(id.wire == wire)
        #expect(try DocumentID(wire: wire) == id)
        #expect(DocumentID(id.ejson) == id)
    }

    @Test(arguments: [
        (DocumentID.undefined, "-"), (.string(""), ""),
        (.string("507f1f77bcf86cd799439012"), "-507f1f77bcf86cd799439012"),
        (.number(7), "~7"), (.bool(false), "~false"), (.null, "~null"), (.string("~7"), "-~7"), (.string("-"), "--"),
        (.string("{"), "-{"), (.number(-0.5), "~-0.5"),
    ])
    func `name odd documents, too`(id: DocumentID, wire: String) throws {
        #expect(id.wire == wire)
        #expect(try DocumentID(wire: wire) == id)
        #expect(DocumentID(id.ejson) == id)
    }

    @Test(arguments: ["~", "~x", "~{}", "~[1]", "~{\"a\":1}", "~\"\\ud800\"", "~1 2"])
    func `name no documents by objects, arrays or what is no JSON`(wire: String) {
        #expect(throws: JSONError.self) { try DocumentID(wire: wire) }
    }

    @Test func `a string behind a tilde is that string, and ids are compared code unit by code unit`() throws {
        #expect(try DocumentID(wire: "~\"x\"") == "x")
        #expect(DocumentID.string("e\u{301}") != .string("\u{e9}"))
        #expect(DocumentID.string("7") != .number(7))
    }
}
