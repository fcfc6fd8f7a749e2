import DDP
import Testing

@Suite struct `DDP messages` {
    private static let ofClients = [
        (
            #"{"msg":"connect","version":"1","support":["1","pre2","pre1"]}"#,
            ClientMessage.connect(version: "1", support: ["1", "pre2", "pre1"])
        ),
        (
            #"{"msg":"connect","session":"a","version":"pre2","support":["pre2"]}"#,
            .connect(version: "pre2", support: ["pre2"], session: "a")
        ),
        (#"{"msg":"ping"}"#, .ping()),
        (#"{"msg":"ping","id":"7"}"#, .ping(id: "7")),
        (#"{"msg":"pong","id":null}"#, .pong(id: .null)),
        (#"{"msg":"sub","id":"s","name":"n","params":[1]}"#, .sub(id: "s", name: "n", params: [1])),
        (#"{"msg":"unsub","id":"s"}"#, .unsub(id: "s")),
        (
            #"{"msg":"method","id":"1","method":"m","params":[{"$date":5}]}"#,
            .method(id: "1", method: "m", params: [["$date": 5]])
        ),
        (
            #"{"msg":"method","id":"1","method":"m","params":[],"randomSeed":"x"}"#,
            .method(id: "1", method: "m", randomSeed: "x")
        ),
    ]

    @Test(arguments: ofClients)
    func `of clients are read and written`(text: String, message: ClientMessage) throws {
        #expect(try ClientMessage(parsing: text) == message)
        #expect(message.text == text)
    }

    private static let ofServers = [
        (#"{"msg":"connected","session":"s"}"#, ServerMessage.connected(session: "s")),
        (#"{"msg":"failed","version":"1"}"#, .failed(version: "1")),
        (#"{"msg":"ping"}"#, .ping()),
        (#"{"msg":"pong","id":"7"}"#, .pong(id: "7")),
        (#"{"msg":"nosub"}"#, .nosub(id: nil)),
        (#"{"msg":"ready","subs":["a","b"]}"#, .ready(subs: ["a", "b"])),
        (#"{"msg":"added","collection":"c","id":"s"}"#, .added(collection: "c", id: "s")),
        (
            #"{"msg":"added","collection":"c","id":"x","fields":{"foo":1}}"#,
            .added(collection: "c", id: "x", fields: JSONObject([("foo", 1)]))
        ),
        (
            #"{"msg":"changed","collection":"c","id":"x","cleared":["bar"]}"#,
            .changed(collection: "c", id: "x", cleared: ["bar"])
        ),
        (#"{"msg":"removed","collection":"c","id":"y"}"#, .removed(collection: "c", id: "y")),
        (
            #"{"msg":"addedBefore","collection":"c","id":"y","fields":{"a":1},"before":"x"}"#,
            .addedBefore(collection: "c", id: "y", fields: JSONObject([("a", 1)]), before: "x")
        ),
        (
            #"{"msg":"movedBefore","collection":"c","id":"y","before":null}"#,
            .movedBefore(collection: "c", id: "y", before: nil)
        ),
        (
            #"{"msg":"nosub","id":"x","error":{"isClientSafe":true,"error":"e","message":"[e]","errorType":"Meteor.Error"}}"#,
            .nosub(id: "x", error: ApplicationError(error: "e", reason: nil))
        ),
        (#"{"msg":"result","id":"m5"}"#, .result(id: "m5", outcome: .success(nil))),
        (#"{"msg":"result","id":"m5","result":null}"#, .result(id: "m5", outcome: .success(.null))),
        (#"{"msg":"updated","methods":["1"]}"#, .updated(methods: ["1"])),
        (
            #"{"msg":"error","reason":"Bad request","offendingMessage":[1]}"#,
            .error(reason: "Bad request", offendingMessage: [1])
        ),
        (
            #"{"msg":"result","id":"m2","error":{"isClientSafe":true,"error":404,"reason":"Method 'nope' not found","message":"Method 'nope' not found [404]","errorType":"Meteor.Error"}}"#,
            .result(id: "m2", outcome: .failure(.methodNotFound("nope")))
        ),
        (
            #"{"msg":"result","id":"m3","error":{"isClientSafe":true,"error":999,"reason":"r","details":{"a":1},"message":"r [999]","errorType":"Meteor.Error"}}"#,
            .result(id: "m3", outcome: .failure(ApplicationError(error: 999, reason: "r", details: ["a": 1])))
        ),
    ]

    @Test(arguments: ofServers)
    func `of servers are read and written`(text: String, message: ServerMessage) throws {
        #expect(try ServerMessage(parsing: text) == message)
        #expect(message.text == text)
    }

    @Test func `are the same whatever way their names are spelled, and in whatever order they come`() throws {
        func respelled(_ text: String) throws -> String {
            let members = try #require(JSONValue(parsing: text).objectValue).members.reversed()
            return "{"
                + members.map { member in
                    let name = member.name.utf16.map { "\\u00" + String($0, radix: 16) }.joined()
                    return "\"\(name)\" : \(member.value.text)"
                }.joined(separator: " , ") + "}"
        }
        for (text, message) in Self.ofClients {
            #expect(try ClientMessage(parsing: respelled(text)) == message)
        }
        for (text, message) in Self.ofServers {
            #expect(try ServerMessage(parsing: respelled(text)) == message)
        }
    }

    @Test(
        arguments: [
            ("507f1f77bcf86cd799439011", ObjectID(hex: "507f1f77bcf86cd799439011").map { .objectID($0) } ?? .undefined),
            ("-507f1f77bcf86cd799439012", .string("507f1f77bcf86cd799439012")), ("~7", .number(7)), ("--dash", "-dash"),
            ("~true", .bool(true)), ("~null", .null), ("-", .undefined), ("", ""), ("x", "x"),
        ] as [(String, DocumentID)])
    func `ids of documents are what Meteor's idParse makes of them`(wire: String, id: DocumentID) throws {
        let texts: [(String, ServerMessage)] = [
            (#"{"msg":"added","collection":"c","id":"\#(wire)"}"#, .added(collection: "c", id: id)),
            (#"{"msg":"changed","collection":"c","id":"\#(wire)"}"#, .changed(collection: "c", id: id)),
            (#"{"msg":"removed","collection":"c","id":"\#(wire)"}"#, .removed(collection: "c", id: id)),
            (
                #"{"msg":"addedBefore","collection":"c","id":"\#(wire)","before":"\#(wire)"}"#,
                .addedBefore(collection: "c", id: id, before: id)
            ),
            (
                #"{"msg":"movedBefore","collection":"c","id":"\#(wire)","before":"\#(wire)"}"#,
                .movedBefore(collection: "c", id: id, before: id)
            ),
        ]
        for (text, message) in texts {
            #expect(try ServerMessage(parsing: text) == message)
            #expect(message.text == text)
        }
    }

    @Test(arguments: ["~", "~{}", "~[]", "~x"])
    func `an id that Meteor has not is an error that names its field`(wire: String) {
        for (text, field) in [
            (#"{"msg":"removed","collection":"c","id":"\#(wire)"}"#, "id"),
            (#"{"msg":"movedBefore","collection":"c","id":"x","before":"\#(wire)"}"#, "before"),
        ] {
            #expect {
                try ServerMessage(parsing: text)
            } throws: { error in
                "\(error)".contains(field)
            }
        }
    }

    @Test(arguments: [
        ("1e400", #"{"$InfNaN":1}"#), ("-1e400", #"{"$InfNaN":-1}"#),
        (#"[1,{"a":[1e400]}]"#, #"[1,{"a":[{"$InfNaN":1}]}]"#),
        (#"{"$InfNaN":-1e400}"#, #"{"$InfNaN":-1}"#), (#"{"$date":1e400}"#, #"{"$date":null}"#),
        (#"{"$date":1e400,"x":1}"#, #"{"$date":{"$InfNaN":1},"x":1}"#), ("1e308", "1e+308"),
    ])
    func `an echo of what is beyond a double's range is EJSON's infinity`(sent: String, echoed: String) throws {
        let value = try JSONValue(parsing: sent)
        let object = JSONObject([("f", value)])
        #expect(
            ServerMessage.result(id: "1", outcome: .success(value)).text
                == #"{"msg":"result","id":"1","result":\#(echoed)}"#)
        #expect(
            ServerMessage.added(collection: "c", id: "x", fields: object).text
                == #"{"msg":"added","collection":"c","id":"x","fields":{"f":\#(echoed)}}"#)
        #expect(
            ServerMessage.changed(collection: "c", id: "x", fields: object).text
                == #"{"msg":"changed","collection":"c","id":"x","fields":{"f":\#(echoed)}}"#)
        #expect(
            ClientMessage.method(id: "1", method: "m", params: [value], randomSeed: nil).text
                == #"{"msg":"method","id":"1","method":"m","params":[\#(echoed)]}"#)
        #expect(
            ClientMessage.sub(id: "1", name: "n", params: [value]).text
                == #"{"msg":"sub","id":"1","name":"n","params":[\#(echoed)]}"#)
    }

    @Test func `unknown fields are ignored`() throws {
        for name in ["ms", "msgs", "Id", "fieldz", "paramz", "colleczion", "offendingMessagf", "", "a\u{0}b"] {
            let text = JSONValue.object(JSONObject([("msg", "removed"), (name, 1), ("collection", "c"), ("id", "i")]))
                .text
            #expect(try ServerMessage(parsing: text) == .removed(collection: "c", id: "i"), "\(name)")
        }
        #expect(try ServerMessage(parsing: #"{"x":1,"msg":"updated","methods":[],"y":{}}"#) == .updated(methods: []))
    }

    @Test(arguments: [
        ("", "JSON object"), ("[1]", "JSON object"), ("{}", "\"msg\", got none"),
        (#"{"server_id":"0"}"#, "got none"), (#"{"msg":"bogus"}"#, "got \"bogus\""),
        (#"{"msg":"connected"}"#, "\"session\" of \"connected\" to be a string"),
        (#"{"msg":"ready","subs":["a",1]}"#, "\"subs\" of \"ready\" to be an array of strings"),
        (#"{"msg":"result","id":"1","error":7}"#, "\"error\" of \"result\""),
        (#"{"msg":"ping","id":7}"#, "\"id\" of \"ping\""),
        (#"{"msg":"result","id":"1","error":{"error":1},"result":1}"#, "\"result\" of \"result\" to be absent"),
        (#"{"msg":"movedBefore","collection":"c","id":"x"}"#, "\"before\" of \"movedBefore\" to be a string or null"),
        (#"{"msg":"changed","collection":"c","id":"x","cleared":{}}"#, "\"cleared\" of \"changed\""),
        (#"{"msg":"added","collection":"c","id":"x","fields":[]}"#, "\"fields\" of \"added\" to be an object"),
        (#"{"msg":"added","collection":1,"id":"x"}"#, "\"collection\" of \"added\" to be a string"),
    ])
    func `an error names what was expected`(text: String, words: String) {
        let error = #expect(throws: DDPError.self) { try ServerMessage(parsing: text) }
        #expect(error?.description.contains(words) == true)
    }
}
