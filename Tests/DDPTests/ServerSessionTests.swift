import DDP
import Testing

@Suite struct `A DDP server session` {
    /// Answers as text, `CLOSE` for a close.
    private func answers(_ session: inout ServerSession, to text: String) -> [String] {
        session.receive(text, run: Self.run).compactMap { action in
            switch action {
            case .send(let message): message.text
            case .close: "CLOSE"
            case .connected: nil
            }
        }
    }

    private static func run(_ call: ServerSession.Call) -> ServerSession.Outcome {
        switch call.method {
        case "echo": .returned(call.params.first)
        case "fail": .threw(ApplicationError(error: "no", reason: nil))
        default: .notFound
        }
    }

    @Test(arguments: try Transcript.handshakes())
    func `negotiates as Meteor's server does`(transcript: Transcript) {
        var session = ServerSession(sessionID: "SESSION")
        for exchange in transcript.exchanges {
            #expect(answers(&session, to: exchange.sent) == exchange.received, "after \(exchange.sent)")
        }
    }

    @Test func `answers right and wrong messages as Meteor's server does`() throws {
        var session = ServerSession(sessionID: "SESSION")
        var compared = 0
        for exchange in try Transcript.messages().exchanges where !exchange.needsPublications {
            let answers = answers(&session, to: exchange.sent)
            if exchange.sent.contains("\"msg\":\"method\""), !exchange.sent.contains("\"id\":\"m2\""),
                !exchange.received.contains(where: { $0.contains("Malformed") })
            {
                continue  // A method of the recorded application.
            }
            #expect(answers == exchange.received, "after \(exchange.sent)")
            compared += 1
        }
        #expect(compared == 19)
    }

    @Test(arguments: [
        (["A", "B", "C"], ["A", "B", "C"], "A"), (["B", "C"], ["A", "B", "C"], "B"),
        (["A", "B", "C"], ["B", "C"], "B"),
        (["foo", "bar", "baz"], ["A", "B", "C"], "A"),
    ])
    func `takes the client's first version that it knows`(support: [String], known: [String], choice: String) {
        #expect(DDPVersion.choice(for: support, among: known) == choice)
    }

    @Test func `says updated before result, but result first for an unknown method`() {
        var session = connected()
        #expect(
            answers(&session, to: #"{"msg":"method","id":"1","method":"echo","params":[{"$date":1.5},2]}"#)
                == [#"{"msg":"updated","methods":["1"]}"#, #"{"msg":"result","id":"1","result":{"$date":1.5}}"#])
        #expect(
            answers(&session, to: #"{"msg":"method","id":"2","method":"echo"}"#)
                == [#"{"msg":"updated","methods":["2"]}"#, #"{"msg":"result","id":"2"}"#])
        #expect(
            answers(&session, to: #"{"msg":"method","id":"3","method":"fail"}"#)
                == [
                    #"{"msg":"updated","methods":["3"]}"#,
                    #"{"msg":"result","id":"3","error":{"isClientSafe":true,"error":"no","message":"[no]","errorType":"Meteor.Error"}}"#,
                ])
        #expect(
            answers(&session, to: #"{"msg":"method","id":"4","method":"x"}"#).last
                == #"{"msg":"updated","methods":["4"]}"#)
    }

    @Test(arguments: [
        (#"{"msg":"ping","id":""}"#, [#"{"msg":"pong","id":""}"#]),
        (#"{"msg":"ping","id":null}"#, [#"{"msg":"pong","id":null}"#]),
        (#"{"msg":"ping","id":7}"#, []),
        (#"{"msg":"pong"}"#, []),
        (#"{"msg":""}"#, [#"{"msg":"error","reason":"Bad request","offendingMessage":{"msg":""}}"#]),
        (
            #"{"msg":"method","id":"1","method":"echo","params":[{"$type":"x","$value":1}]}"#,
            [#"{"msg":"error","reason":"Parse error"}"#]
        ),
        (
            #"{"msg":"method","id":"1","method":"echo","params":[{"$escape":null}]}"#,
            [#"{"msg":"error","reason":"Parse error"}"#]
        ),
        (#"{"msg":"changed","cleared":5}"#, [#"{"msg":"error","reason":"Parse error"}"#]),
    ])
    func `answers odd messages as Meteor's server does`(text: String, expected: [String]) {
        var session = connected()
        #expect(answers(&session, to: text) == expected)
    }

    @Test func `survives nesting without end`() {
        var session = connected()
        let deep = #"{"msg":"method","id":"1","method":"echo","params":["# + String(repeating: "[", count: 500_000)
        #expect(answers(&session, to: deep) == [#"{"msg":"error","reason":"Bad request"}"#])
    }

    private func connected() -> ServerSession {
        var session = ServerSession(sessionID: "SESSION")
        _ = session.receive(ClientSession().connect().text, run: Self.run)
        return session
    }
}
