import DDP
import Testing

@Suite struct `A DDP client session` {
    static let connect = #">> {"msg":"connect","version":"1","support":["1","pre2","pre1"]}"#
    static let connectAgain = #">> {"msg":"connect","session":"S","version":"1","support":["1","pre2","pre1"]}"#

    private func method(_ id: String, _ name: String) -> String {
        #">> {"msg":"method","id":"\#(id)","method":"\#(name)","params":[]}"#
    }

    private func sub(_ id: String, _ name: String) -> String {
        #">> {"msg":"sub","id":"\#(id)","name":"\#(name)","params":[]}"#
    }

    // MARK: Subscriptions

    @Test func `subscribes, becomes ready once, ends by unsub, and takes a new id next time`() {
        var client = ScriptedClient.connected()
        let id = client.subscribe("my_data")
        #expect(client.happened() == [sub(id, "my_data")])
        client.receive(Say.added)
        client.receive(Say.ready(id))
        client.receive(Say.ready(id))
        #expect(client.happened() == ["data \(Say.added)", "ready \(id)"])
        client.unsubscribe(id)
        #expect(client.happened() == [#">> {"msg":"unsub","id":"\#(id)"}"#])
        client.receive(Say.nosub(id))
        #expect(client.happened() == ["stopped \(id) "])
        #expect(client.subscribe("my_data") != id)
    }

    @Test func `forgets a subscription that the server ends, with its error, and does not open it again`() {
        var client = ScriptedClient.connected()
        let id = client.subscribe("s")
        client.receive(#"{"msg":"nosub","id":"\#(id)","error":{"error":404,"reason":"no"}}"#)
        #expect(client.happened().last == "stopped \(id) no [404]")
        client.reconnect()
        #expect(client.happened() == ["status connected 0", Self.connectAgain])
    }

    @Test func `ends a subscription at once while there is no connection`() {
        var client = ScriptedClient()
        let id = client.subscribe("s")
        client.unsubscribe(id)
        #expect(client.happened() == ["stopped \(id) "])
        client.start()
        client.open()
        #expect(client.happened() == ["status connecting 0", "open", "status connected 0", Self.connect])
    }

    // MARK: Methods

    @Test func `sends what was called before it connected, without waiting for connected`() {
        var client = ScriptedClient()
        client.call("m")
        client.start()
        client.open()
        #expect(client.happened().suffix(2) == [Self.connect, method("1", "m")])
    }

    @Test(arguments: [[Say.result("1"), Say.updated("1")], [Say.updated("1"), Say.result("1")]])
    func `completes a method by its result and its writes, in either order`(messages: [String]) {
        var client = ScriptedClient.connected()
        client.call("m")
        _ = client.happened()
        client.receive(messages[0])
        #expect(!client.happened().contains("completed 1 0"))
        client.receive(messages[1])
        #expect(client.happened().contains("completed 1 0"))
    }

    @Test func `sends blocks one after another, a wait method being one of its own`() {
        var client = ScriptedClient.connected()
        client.call("one")
        client.call("two", [], .init(wait: true))
        client.call("three")
        client.call("four")
        client.call("five", [], .init(wait: true))
        client.call("six")
        var sent = [client.happened()]
        for ids in [["1"], ["2"], ["4", "3"], ["5"], ["6"]] {
            for id in ids { client.receive(Say.result(id)) }
            for id in ids.dropLast() { client.receive(Say.updated(id)) }
            #expect(!client.happened().contains { $0.hasPrefix(">>") })
            client.receive(Say.updated(ids.last ?? ""))
            sent.append(client.happened().filter { $0.hasPrefix(">>") })
        }
        #expect(
            sent == [
                [method("1", "one")], [method("2", "two")], [method("3", "three"), method("4", "four")],
                [method("5", "five")], [method("6", "six")], [],
            ])
    }

    @Test func `holds data back while a wait method is outstanding`() {
        var client = ScriptedClient.connected()
        client.call("w", [], .init(wait: true))
        _ = client.happened()
        client.receive(Say.added)
        #expect(client.happened() == [])
        client.receive(Say.updated("1"))
        #expect(client.happened() == ["data \(Say.added)"])
    }

    @Test func `reports what answers nothing outstanding`() {
        var client = ScriptedClient.connected()
        client.call("m")
        _ = client.happened()
        for message in [
            Say.result("2"), Say.updated("2"), Say.nosub("x"), #"{"msg":"nosub"}"#, Say.ready("x"), Say.result("1"),
            Say.result("1"), Say.updated("1"), Say.updated("1"),
        ] {
            client.receive(message)
        }
        #expect(
            client.happened() == [
                "stray \(Say.result("2"))", "stray \(Say.updated("2"))", "stray \(Say.nosub("x"))",
                #"stray {"msg":"nosub"}"#, "stray \(Say.ready("x"))", "result 1 0", "stray \(Say.result("1"))",
                "completed 1 0", "stray \(Say.updated("1"))",
            ])
    }

    // MARK: Reconnects

    @Test func `sends methods and subscriptions again with their ids, and shows nothing until all are done`() {
        var client = ScriptedClient.connected()
        let id = client.subscribe("s")
        client.receive(Say.added)
        client.receive(Say.ready(id))
        client.call("one")
        client.call("two", [], .init(wait: true))
        client.call("three")
        _ = client.happened()

        client.reconnect()
        #expect(client.happened() == ["status connected 0", Self.connectAgain, method("1", "one"), sub(id, "s")])
        client.receive(Say.connectedAgain)
        #expect(client.happened() == ["connected S2 1"])
        client.receive(Say.updated("1"))
        client.receive(Say.result("1", "7"))
        client.receive(Say.added)
        #expect(client.happened() == ["result 1 7"])
        client.receive(Say.ready(id))
        #expect(
            client.happened() == ["reset", "data \(Say.added)", "completed 1 7", method("2", "two")])
        client.receive(Say.result("2"))
        client.receive(Say.updated("2"))
        #expect(client.happened() == ["result 2 0", "completed 2 0", method("3", "three")])
    }

    @Test func `is not kept waiting by a subscription that never was ready, or that the server ends`() {
        var client = ScriptedClient.connected()
        let slow = client.subscribe("slow")
        let gone = client.subscribe("gone")
        client.receive(Say.ready(gone))
        client.reconnect()
        client.receive(Say.connectedAgain)
        _ = client.happened()
        client.receive(Say.nosub(gone))
        #expect(client.happened() == ["reset", "stopped \(gone) "])
        client.receive(Say.ready(slow))
        #expect(client.happened() == ["ready \(slow)"])
    }

    @Test func `fails a sent noRetry method rather than send it again, but sends one that was not sent`() {
        var client = ScriptedClient.connected()
        client.call("a", [], .init(noRetry: true))
        client.call("b", [], .init(noRetry: true))
        client.call("w", [], .init(wait: true, noRetry: true))
        _ = client.happened()
        client.reconnect()
        let lines = client.happened()
        #expect(lines.filter { $0.hasPrefix("completed") && $0.contains("[invocation-failed]") }.count == 2)
        #expect(lines.filter { $0.hasPrefix(">>") } == [Self.connectAgain, method("3", "w")])
    }

    @Test func `does not send a method again whose result came, and completes it when the documents are there`() {
        var client = ScriptedClient.connected()
        client.call("m")
        client.receive(Say.result("1", "7"))
        _ = client.happened()
        client.reconnect()
        #expect(client.happened() == ["status connected 0", Self.connectAgain])
        client.receive(Say.connectedAgain)
        #expect(client.happened() == ["connected S2 1", "reset", "completed 1 7"])
    }

    @Test func `sends a method again whose writes alone came, and waits for new ones`() {
        var client = ScriptedClient.connected()
        client.call("m")
        client.receive(Say.updated("1"))
        _ = client.happened()
        client.reconnect()
        #expect(client.happened().last == method("1", "m"))
        client.receive(Say.connectedAgain)
        client.receive(Say.result("1"))
        #expect(client.happened() == ["connected S2 1", "result 1 0"])
        client.receive(Say.updated("1"))
        #expect(client.happened() == ["reset", "completed 1 0"])
    }

    @Test func `resets once even if the connection breaks again before it is quiet`() {
        var client = ScriptedClient.connected()
        let id = client.subscribe("s")
        client.receive(Say.ready(id))
        client.reconnect()
        client.receive(Say.connectedAgain)
        client.receive(Say.added)
        client.reconnect()
        client.receive(#"{"msg":"connected","session":"S3"}"#)
        _ = client.happened()
        client.receive(Say.ready(id))
        #expect(client.happened() == ["reset"])
    }

    @Test func `calls what a reconnect asks for before all else, merging neighbours that need not wait`() {
        var configuration = ClientSession.Configuration()
        configuration.reconnectCalls = [
            .init("rz"), .init("r1"), .init("r2", options: .init(wait: true)), .init("r3"),
        ]
        var client = ScriptedClient.connected(configuration: configuration)
        client.call("one")
        client.call("two", [], .init(wait: true))
        client.call("three")
        _ = client.happened()
        client.reconnect()
        var blocks = [client.happened().filter { $0.hasPrefix(">> {\"msg\":\"method\"") }]
        client.receive(Say.connectedAgain)
        for ids in [["4", "5"], ["6"], ["7", "1"], ["2"], ["3"]] {
            _ = client.happened()
            for id in ids {
                client.receive(Say.result(id))
                client.receive(Say.updated(id))
            }
            blocks.append(client.happened().filter { $0.hasPrefix(">>") })
        }
        #expect(
            blocks == [
                [method("4", "rz"), method("5", "r1")], [method("6", "r2")], [method("7", "r3"), method("1", "one")],
                [method("2", "two")], [method("3", "three")], [],
            ])
    }

    @Test func `breaks a connection that sends more than it can hold back`() {
        var configuration = ClientSession.Configuration()
        configuration.heldMessages = 2
        var client = ScriptedClient.connected(configuration: configuration)
        client.call("w", [], .init(wait: true))
        _ = client.happened()
        for _ in 0..<2 { client.receive(Say.added) }
        #expect(client.happened() == [])
        client.receive(Say.added)
        #expect(client.happened() == ["close", "status waiting 0"])
    }

    // MARK: Connections

    @Test func `backs off as Meteor's client does, and begins anew when a carrier was open`() {
        var client = ScriptedClient()
        client.start()
        var waits: [Duration] = []
        for _ in 0..<10 {
            client.lose()
            waits.append(client.wake())
        }
        let ranges: [ClosedRange<Double>] = [
            0.01...0.01, 0.01...0.01, 3.63...6.05, 7.98...13.32, 17.5...29.3, 38.6...64.5, 85...142, 187...312,
            225...375, 225...375,
        ]
        for (wait, range) in zip(waits, ranges) { #expect(range.contains(wait / .seconds(1))) }
        #expect(client.session.retryCount == 10)
        client.open()
        client.lose()
        #expect(client.wake() == .milliseconds(10))
    }

    @Test func `spreads its waits by its seed`() {
        func wait(seed: UInt64) -> Duration {
            var client = ScriptedClient(seed: seed)
            client.start()
            for _ in 0..<2 {
                client.lose()
                client.wake()
            }
            client.lose()
            return client.wake()
        }
        #expect(wait(seed: 1) == wait(seed: 1))
        #expect(Set((1...20).map(wait)).count == 20)
    }

    @Test func `gives a carrier up that does not open within ten seconds`() {
        var client = ScriptedClient()
        client.start()
        #expect(client.wake() == .seconds(10))
        #expect(client.happened().suffix(2) == ["close", "status waiting 0"])
    }

    @Test func `connects again at once when told, but only while it waits`() {
        var client = ScriptedClient.connected()
        client.retryNow()
        #expect(client.happened() == [])
        client.lose()
        client.retryNow()
        #expect(client.happened() == ["status waiting 0", "status connecting 1", "open"])
    }

    @Test func `stays offline when told to, and starts anew`() {
        var client = ScriptedClient.connected()
        client.disconnect()
        client.disconnect()
        client.lose()
        client.receive(Say.added)
        #expect(client.happened() == ["close", "status offline"])
        #expect(client.session.wakeAt == nil)
        client.start()
        #expect(client.happened() == ["status connecting 0", "open"])
    }

    @Test func `takes the version that the server suggests, if it speaks it`() {
        var configuration = ClientSession.Configuration()
        configuration.support = ["garbled", "1"]
        var client = ScriptedClient(configuration: configuration)
        client.start()
        client.open()
        #expect(client.happened().last == #">> {"msg":"connect","version":"garbled","support":["garbled","1"]}"#)
        client.receive(#"{"msg":"failed","version":"1"}"#)
        #expect(client.happened() == ["close", "status waiting 0"])
        #expect(client.wake() == .milliseconds(10))
        client.open()
        #expect(client.happened().last == #">> {"msg":"connect","version":"1","support":["garbled","1"]}"#)
        client.receive(Say.connected)
        #expect(client.happened() == ["connected S 1"])
    }

    @Test(arguments: ["1", "garbled"])
    func `gives up when there is no common version`(suggestion: String) {
        var configuration = ClientSession.Configuration()
        configuration.support = ["garbled", "more garbled"]
        var client = ScriptedClient(configuration: configuration)
        client.start()
        client.open()
        _ = client.happened()
        client.receive(#"{"msg":"failed","version":"\#(suggestion)"}"#)
        #expect(client.happened() == ["close", "status failed \(suggestion)"])
        #expect(client.session.wakeAt == nil)
    }

    // MARK: Heartbeats and odd messages

    @Test func `answers pings with their id, and reports pongs and errors`() {
        var client = ScriptedClient.connected()
        client.ping("mine")
        for message in [
            #"{"msg":"ping"}"#, #"{"msg":"ping","id":"7"}"#, #"{"msg":"pong","id":"mine"}"#,
            #"{"msg":"error","reason":"Bad request"}"#,
        ] {
            client.receive(message)
        }
        #expect(
            client.happened() == [
                #">> {"msg":"ping","id":"mine"}"#, #">> {"msg":"pong"}"#, #">> {"msg":"pong","id":"7"}"#,
                #"pong "mine""#,
                "refused Bad request",
            ])
    }

    @Test func `pings a quiet server and leaves a mute one`() {
        var client = ScriptedClient.connected()
        #expect(client.wake() == .milliseconds(17_500))
        #expect(client.happened() == [#">> {"msg":"ping"}"#])
        client.receive(#"{"msg":"pong"}"#)
        #expect(client.wake() == .milliseconds(17_500))
        #expect(client.wake() == .milliseconds(17_500))
        #expect(client.wake() == .seconds(15))
        #expect(client.happened() == ["pong ", #">> {"msg":"ping"}"#, "close", "status waiting 0"])
    }

    @Test func `never pings a server of pre1`() {
        var configuration = ClientSession.Configuration()
        configuration.support = ["pre1"]
        let client = ScriptedClient.connected(configuration: configuration)
        #expect(client.session.wakeAt == nil)
    }

    @Test(arguments: [
        (#"{"server_id":"0"}"#, "unusable unknownMessage(nil)"),
        (#"{"testMessageOnConnect":true}"#, "unusable unknownMessage(nil)"),
        (#"{"msg":"bogus"}"#, #"unusable unknownMessage(Optional("bogus"))"#), ("[", "unusable notAnObject"),
    ])
    func `passes over what it does not know, and says so`(text: String, line: String) {
        var client = ScriptedClient()
        client.start()
        client.open()
        _ = client.happened()
        client.receive(text)
        #expect(client.happened().first?.hasPrefix(line) == true)
        client.receive(Say.connected)
        #expect(client.happened() == ["connected S 1"])
    }
}
