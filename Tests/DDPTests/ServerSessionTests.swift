import Clocks
import DDP
import Testing

@Suite struct `A DDP server session` {
    @Test(arguments: try Transcript.handshakes())
    func `negotiates as Meteor's server does`(transcript: Transcript) {
        var server = RecordedServer()
        for exchange in transcript.exchanges {
            #expect(server.answers(to: exchange.sent) == exchange.received, "after \(exchange.sent)")
        }
    }

    @Test func `answers right and wrong messages as Meteor's server does`() throws {
        var server = RecordedServer()
        let exchanges = try Transcript.messages().exchanges
        for exchange in exchanges {
            #expect(server.answers(to: exchange.sent) == exchange.received, "after \(exchange.sent)")
        }
        #expect(exchanges.count == 30)
    }

    @Test(arguments: try OrderingTranscript.read())
    func `lets overtake what Meteor's server lets overtake`(transcript: OrderingTranscript) throws {
        var server = RecordedServer.connected()
        var answers: [String] = []
        for text in try #require(OrderingTranscript.scripts[transcript.title]) { answers += server.answers(to: text) }
        answers += server.finishAll()
        #expect(answers.map(OrderingTranscript.withoutTimes) == transcript.received)
    }

    @Test(arguments: [
        (["A", "B", "C"], ["A", "B", "C"], "A"), (["B", "C"], ["A", "B", "C"], "B"),
        (["A", "B", "C"], ["B", "C"], "B"),
        (["foo", "bar", "baz"], ["A", "B", "C"], "A"),
    ])
    func `takes the client's first version that it knows`(support: [String], known: [String], choice: String) {
        #expect(DDPVersion.choice(for: support, among: known) == choice)
    }

    @Test(arguments: [
        (#"{"msg":"ping","id":""}"#, [#"{"msg":"pong","id":""}"#]),
        (#"{"msg":"ping","id":null}"#, [#"{"msg":"pong","id":null}"#]),
        (#"{"msg":"ping","id":7}"#, []),
        (#"{"msg":"pong"}"#, []),
        (#"{"msg":""}"#, [#"{"msg":"error","reason":"Bad request","offendingMessage":{"msg":""}}"#]),
        (#"{"msg":[1]}"#, [#"{"msg":"error","reason":"Bad request","offendingMessage":{"msg":[1]}}"#]),
        (
            #"{"msg":"result","id":"1"}"#,
            [#"{"msg":"error","reason":"Bad request","offendingMessage":{"msg":"result","id":"1"}}"#]
        ),
        (
            #"{"msg":"method","id":"1","method":"echo","params":[{"$type":"x","$value":1}]}"#,
            [#"{"msg":"error","reason":"Parse error"}"#]
        ),
        (
            #"{"msg":"method","id":"1","method":"echo","params":[[{"a":{"$type":1,"$type":"x","$value":1}}]]}"#,
            [#"{"msg":"error","reason":"Parse error"}"#]
        ),
        (
            #"{"msg":"method","id":"1","method":"echo","params":[{"$escape":null}]}"#,
            [#"{"msg":"error","reason":"Parse error"}"#]
        ),
        (#"{"msg":"changed","cleared":5}"#, [#"{"msg":"error","reason":"Parse error"}"#]),
        (
            #"{"\u006dsg":"method","id":"1","method":"nothing","method2":{"deep":[[]]}}"#,
            [#"{"msg":"updated","methods":["1"]}"#, #"{"msg":"result","id":"1"}"#]
        ),
    ])
    func `answers odd messages as Meteor's server does`(text: String, expected: [String]) {
        var server = RecordedServer.connected()
        #expect(server.answers(to: text) == expected)
    }

    @Test func `survives nesting without end`() {
        var server = RecordedServer.connected()
        let deep = #"{"msg":"method","id":"1","method":"echo","params":["# + String(repeating: "[", count: 500_000)
        #expect(server.answers(to: deep) == [#"{"msg":"error","reason":"Bad request"}"#])
    }

    @Test func `accepts a random seed and hands it on`() {
        var session = ServerSession(sessionID: "S")
        let now = MonotonicClock.now
        _ = session.receive(#"{"msg":"connect","version":"1","support":["1"]}"#, at: now)
        let actions = session.receive(#"{"msg":"method","id":"1","method":"m","randomSeed":"abc"}"#, at: now)
        #expect(actions == [.run(.init(ticket: 1, id: "1", method: "m", params: [], randomSeed: "abc"))])
    }

    @Test func `pings a quiet client and closes on a mute one, but leaves pre1 alone`() {
        var configuration = ServerSession.Configuration()
        configuration.heartbeat = .init(interval: .milliseconds(1_000), timeout: .milliseconds(700))
        var server = RecordedServer.connected(configuration: configuration)
        #expect(server.beat(until: server.now + .seconds(60)) == [#"{"msg":"ping"}"#, "CLOSE"])
        #expect(server.answers(to: #"{"msg":"ping"}"#) == [])

        var old = RecordedServer(configuration: configuration)
        _ = old.answers(to: #"{"msg":"connect","version":"pre1","support":["pre1"]}"#)
        #expect(old.beat(until: old.now + .seconds(60)) == [])
    }

    @Test func `closes rather than queue without end`() {
        var configuration = ServerSession.Configuration()
        configuration.queuedMessages = 100
        var server = RecordedServer.connected(configuration: configuration)
        var answers = server.answers(to: #"{"msg":"method","id":"0","method":"sleep","params":[1000]}"#)
        for id in 1...100 { answers += server.answers(to: #"{"msg":"method","id":"\#(id)","method":"nothing"}"#) }
        #expect(answers == [])
        #expect(server.answers(to: #"{"msg":"unsub","id":"a"}"#) == ["CLOSE"])
        #expect(server.finishAll() == [])
    }

    @Test func `closes rather than hold bytes without end, but always takes one message`() {
        var configuration = ServerSession.Configuration()
        configuration.queuedBytes = 50
        var server = RecordedServer.connected(configuration: configuration)
        let sleep = #"{"msg":"method","id":"0","method":"sleep","params":[1000]}"#
        #expect(server.answers(to: sleep) == [])
        #expect(server.answers(to: sleep) == [])
        #expect(server.answers(to: sleep) == ["CLOSE"])
    }

    @Test func `refuses subscriptions beyond its limit, and runs no more methods than it may`() {
        var configuration = ServerSession.Configuration()
        configuration.subscriptions = 1
        configuration.runningMethods = 1
        var server = RecordedServer.connected(configuration: configuration)
        _ = server.answers(to: #"{"msg":"sub","id":"a","name":"neverReady"}"#)
        #expect(
            server.answers(to: #"{"msg":"sub","id":"b","name":"two"}"#).first?.contains("too-many-subscriptions")
                == true)
        _ = server.answers(to: #"{"msg":"method","id":"1","method":"sleepUnblocked","params":[10]}"#)
        #expect(server.answers(to: #"{"msg":"method","id":"2","method":"nothing"}"#) == [])
        #expect(server.finishAll().count == 4)
    }

    @Test func `says ready once, whatever a publication says`() {
        var session = ServerSession(sessionID: "S")
        let now = MonotonicClock.now
        _ = session.receive(#"{"msg":"connect","version":"1","support":["1"]}"#, at: now)
        _ = session.receive(#"{"msg":"sub","id":"a","name":"n"}"#, at: now)
        #expect(session.ready(1) == [.send(.ready(subs: ["a"]))])
        #expect(session.ready(1) == [])
        #expect(session.added(1, collection: "c", id: "late").count == 1)
    }

    @Test func `goes on waiting for a method when another one, which unblocked, finishes`() {
        var session = ServerSession(sessionID: "S")
        let now = MonotonicClock.now
        _ = session.receive(#"{"msg":"connect","version":"1","support":["1"]}"#, at: now)
        for id in 1...3 { _ = session.receive(#"{"msg":"method","id":"\#(id)","method":"m"}"#, at: now) }
        #expect(session.unblock(1) == [.run(.init(ticket: 2, id: "2", method: "m", params: []))])
        #expect(session.finish(1, .returned(nil)).count == 2)
        #expect(session.unblock(1) == [])
        #expect(session.finish(2, .returned(nil)).count == 3)
    }

    @Test func `passes over what an ended publication or a finished method still says`() {
        var session = ServerSession(sessionID: "S")
        let now = MonotonicClock.now
        _ = session.receive(#"{"msg":"connect","version":"1","support":["1"]}"#, at: now)
        _ = session.receive(#"{"msg":"sub","id":"a","name":"n"}"#, at: now)
        _ = session.published(1)
        #expect(
            session.receive(#"{"msg":"unsub","id":"a"}"#, at: now) == [.send(.nosub(id: "a")), .stopped(ticket: 1)])
        #expect(session.added(1, collection: "c", id: "x") == [])
        #expect(session.changed(1, collection: "c", id: "x", cleared: ["f"]) == [])
        #expect(session.removed(1, collection: "c", id: "x") == [])
        #expect(session.ready(1) + session.published(1) + session.stop(1) + session.unblock(1) == [])
        _ = session.receive(#"{"msg":"method","id":"1","method":"m"}"#, at: now)
        #expect(session.finish(2, .returned(nil)).count == 2)
        #expect(session.finish(2, .returned(nil)) == [])
    }

    @Test func `tells the difference when its publications run again`() {
        var session = ServerSession(sessionID: "S")
        let now = MonotonicClock.now
        _ = session.receive(#"{"msg":"connect","version":"1","support":["1"]}"#, at: now)
        _ = session.receive(#"{"msg":"sub","id":"a","name":"n"}"#, at: now)
        for id in ["x", "y"] {
            _ = session.added(1, collection: "c", id: .string(id), fields: JSONObject([("f", 1), ("g", 1)]))
        }
        _ = session.ready(1) + session.published(1)
        #expect(
            session.rerunPublications()
                == [.stopped(ticket: 1), .publish(.init(ticket: 2, id: "a", name: "n", params: []))])
        #expect(session.rerunPublications() == [])
        #expect(session.added(2, collection: "c", id: "y", fields: JSONObject([("f", 2)])) == [])
        #expect(session.added(2, collection: "c", id: "z") + session.ready(2) == [])
        let told = session.published(2)
        #expect(
            Set(told) == [
                .send(.removed(collection: "c", id: "x")), .send(.added(collection: "c", id: "z")),
                .send(.changed(collection: "c", id: "y", fields: JSONObject([("f", 2)]), cleared: ["g"])),
                .send(.ready(subs: ["a"])),
            ])
        #expect(told.last == .send(.ready(subs: ["a"])))
    }
}
