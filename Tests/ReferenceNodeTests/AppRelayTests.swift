import Clocks
import History
import NIOCore
import ReferenceNode
import Testing
import Wire

@Suite(.timeLimit(.minutes(1))) struct `An app behind a node` {
    /// A node in front of an app whose answers the test gives by hand.
    private static func run(
        _ adjust: (inout NodeConfiguration) -> Void = { _ in },
        _ body: (NodeBench, RawListener) async throws -> Void
    ) async throws {
        try await RawListener.run { app in
            try await NodeBench.run {
                $0.app = app.endpoint
                adjust(&$0)
            } _: { bench in
                try await body(bench, app)
            }
        }
    }

    @Test func `gets a request as it came, and its answer bears the stamp of the node`() async throws {
        try await Self.run { bench, app in
            let client = try await bench.connect()
            try await client.send(
                "POST /shop/cart?x=1 HTTP/1.1\r\nHost: shop\r\nConnection: keep-alive\r\nX-Stickler-Request: r-7\r\n"
                    + "content-LENGTH: 11\r\n\r\nhello ")
            let connection = try await app.accept()
            #expect(
                try await connection.receiveHead()
                    == "POST /shop/cart?x=1 HTTP/1.1\r\nConnection: close\r\nHost: shop\r\nX-Stickler-Request: r-7\r\n"
                    + "content-LENGTH: 11\r\n\r\n")
            #expect(String(buffer: try await connection.receive(count: 6)) == "hello ")
            try await client.send("world")
            #expect(String(buffer: try await connection.receive(count: 5)) == "world")
            try await connection.send(
                "HTTP/1.1 201 Made\r\nX-Stickler-Node: other\r\nSet-Cookie: a=b\r\nContent-Length: 4\r\n\r\ndo")
            let answer = Answer(head: try await client.receiveHead())
            #expect(answer.status == 201)
            #expect(answer["X-Stickler-Node"] == "n1")
            #expect(answer["X-Stickler-Boot"] == (try await bench.status().bootID))
            #expect(answer["X-Stickler-Request"] == "r-7")
            #expect(answer["Connection"] == "close")
            #expect(answer["Set-Cookie"] == "a=b")
            #expect(String(buffer: try await client.receive(count: 2)) == "do", "before the rest has come")
            try await connection.send("ne")
            try await connection.close()
            #expect(try await client.receiveToEnd() == "ne")
            let executed = try await bench.executed()
            #expect(executed.map(\.target) == ["/shop/cart?x=1"])
            #expect(executed.map(\.status) == [201])
            #expect(executed.map(\.requestID) == ["r-7"])
        }
    }

    @Test func `has the page and all paths that no service of ours has`() async throws {
        try await Self.run { bench, app in
            for own in ["/health", "/whoami", "/sockjs/info", "/refuse/403", "/app/health"] {
                #expect(try await bench.request("GET", own)["X-Stickler-Node"] == "n1")
            }
            for path in ["/", "/shop", "/app/shop"] {
                let client = try await bench.connect()
                try await client.send(NodeBench.text("GET", path))
                let connection = try await app.accept()
                #expect(try await connection.receiveHead().hasPrefix("GET \(path) HTTP/1.1\r\n"))
                try await connection.send("HTTP/1.1 204 No Content\r\n\r\n")
                #expect(try await client.receiveAnswer().status == 204)
                try await client.close()
                #expect(try await connection.receiveToEnd() == "")
            }
        }
    }

    /// A connection over which a node has answered before.
    private func upgraded(
        _ bench: NodeBench, _ app: RawListener
    ) async throws -> (answer: Answer, client: RawClient, connection: RawClient) {
        let client = try await bench.connect()
        try await client.send(NodeBench.text("GET", "/health"))
        #expect(try await client.receiveAnswer().body == "ok\n")
        try await client.send(NodeBench.upgradeText("/shop/live") + "early")
        let connection = try await app.accept()
        #expect(Answer(head: try await connection.receiveHead())["Upgrade"] == "websocket")
        #expect(String(buffer: try await connection.receive(count: 5)) == "early")
        try await connection.send("HTTP/1.1 101 Go\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nfirst")
        return (Answer(head: try await client.receiveHead()), client, connection)
    }

    @Test(arguments: ["client", "app"])
    func `talks over an upgraded connection until either side ends`(_ first: String) async throws {
        try await Self.run { bench, app in
            let (answer, client, connection) = try await upgraded(bench, app)
            #expect(answer.status == 101)
            #expect(answer["X-Stickler-Node"] == "n1")
            #expect(answer["Connection"] == "Upgrade")
            #expect(String(buffer: try await client.receive(count: 5)) == "first")
            for text in ["ping", "\u{0}\u{1}"] {
                try await client.send(text)
                #expect(String(buffer: try await connection.receive(count: text.utf8.count)) == text)
                try await connection.send(text)
                #expect(String(buffer: try await client.receive(count: text.utf8.count)) == text)
            }
            let (ends, stays) = first == "client" ? (client, connection) : (connection, client)
            try await ends.send("last")
            try await ends.close()
            #expect(try await stays.receiveToEnd() == "last")
            #expect(try await bench.executed().map(\.status) == [101])
        }
    }

    /// How an app fails, and what its client is told.
    struct Failure: CustomTestStringConvertible {
        var sends: String?
        var closes = true
        var status = 502
        var says: String
        var testDescription: String { says }
    }

    @Test(arguments: [
        Failure(says: "closed its connection without an answer"),
        Failure(sends: "HTTP/1.1 200 OK\r\nX: y\r\n", says: "closed its connection without an answer"),
        Failure(sends: "SSH-2.0-x\r\n\r\n", closes: false, says: "answered no HTTP/1: \"SSH-2.0-x\""),
        Failure(sends: "HTTP/1.1 7 x\r\n\r\n", closes: false, says: "answered no HTTP/1: \"HTTP/1.1 7 x\""),
        Failure(
            sends: String(repeating: "x", count: 70_000), closes: false,
            says: "answered no HTTP/1: a head of more than 65536 bytes"),
        Failure(closes: false, status: 504, says: "has not answered for "),
    ])
    func `that fails is told of in words`(_ failure: Failure) async throws {
        try await Self.run {
            $0.connectionTimes.appAnswer = failure.status == 504 ? .milliseconds(50) : .seconds(30)
        } _: { bench, app in
            let client = try await bench.connect()
            try await client.send(NodeBench.text("GET", "/shop", headers: "X-Stickler-Request: r-1\r\n"))
            let connection = try await app.accept()
            _ = try await connection.receiveHead()
            if let text = failure.sends { try await connection.send(text) }
            if failure.closes { try await connection.close() }
            let answer = try await client.receiveAnswer()
            #expect(answer.status == failure.status)
            #expect(answer.body.hasPrefix("the app at \(app.endpoint) \(failure.says)"), "\(answer.body)")
            #expect(answer["X-Stickler-Node"] == "n1")
            #expect(try await client.receiveToEnd() == "")
            #expect(try await bench.executed().map(\.status) == [failure.status])
        }
    }

    @Test func `that takes no connection is told of in words`() async throws {
        var gone: Endpoint?
        try await RawListener.run { gone = $0.endpoint }
        let endpoint = try #require(gone)
        try await NodeBench.run {
            $0.app = endpoint
        } _: { bench in
            let answer = try await bench.request("GET", "/shop")
            #expect(answer.status == 502)
            #expect(answer.body.hasPrefix("the app at \(endpoint) can't be reached: "), "\(answer.body)")
            #expect(answer["X-Stickler-Node"] == "n1")
            #expect(try await bench.request("GET", "/health").status == 200)
        }
    }

    @Test func `whose name nobody knows keeps its node from starting`() async {
        var configuration = NodeConfiguration(nodeID: "n1")
        configuration.app = Endpoint(host: "nowhere.invalid", port: 1)
        let error = await #expect(throws: NodeError.self) { try await NodeServer.start(configuration) }
        #expect(error?.description.hasPrefix("the address of the app, nowhere.invalid:1, is not to be found") == true)
    }

    @Test func `asks for a body itself`() async throws {
        try await Self.run { bench, app in
            let client = try await bench.connect()
            try await client.send(
                "POST /shop HTTP/1.1\r\nHost: n\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
            let connection = try await app.accept()
            #expect(Answer(head: try await connection.receiveHead())["Expect"] == "100-continue")
            try await connection.send("HTTP/1.1 100 Continue\r\n\r\n")
            #expect(try await client.receiveHead() == "HTTP/1.1 100 Continue\r\n\r\n")
            try await client.send("ab")
            #expect(String(buffer: try await connection.receive(count: 2)) == "ab")
            try await connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            #expect(try await client.receiveAnswer().status == 200)
        }
    }

    @Test(arguments: ["client", "app"])
    func `is not read faster than its client reads, nor the client faster than it`(_ reader: String) async throws {
        try await Self.run { bench, app in
            let (_, client, connection) = try await upgraded(bench, app)
            _ = try await client.receive(count: 5)
            let (reads, writes) = reader == "client" ? (client, connection) : (connection, client)
            try await reads.channel.setOption(.autoRead, value: false).get()

            // More than the buffers of four sockets.
            let size = 48 << 20
            let written = writes.channel.eventLoop.makePromise(of: Void.self)
            writes.channel.writeAndFlush(ByteBuffer(repeating: 0x61, count: size), promise: written)
            // That nothing more is taken can only be waited for.
            var waiting = [size]
            repeat {
                try await Task.sleep(for: .milliseconds(100))
                waiting.append(try await writes.channel.getOption(.bufferedWritableBytes).get())
            } while Set(waiting.suffix(4)).count > 1
            #expect(waiting.last ?? 0 > size / 4)

            try await reads.channel.setOption(.autoRead, value: true).get()
            try await written.futureResult.get()
            try await writes.close()
            let isWhole = try await reads.receiveToEnd().utf8.count == size
            #expect(isWhole)
        }
    }

    @Test func `obeys the faults of its node`() async throws {
        try await Self.run { bench, app in
            _ = try await bench.inject("refuse-upgrade")
            let refused = try await bench.connect()
            try await refused.send(NodeBench.upgradeText("/shop/live"))
            #expect(try await refused.receiveAnswer().status == 400)
            _ = try await bench.heal("refuse-upgrade")

            _ = try await bench.inject("mute-after-101")
            let (answer, mute, heard) = try await upgraded(bench, app)
            #expect(answer.status == 101)
            try await heard.send("second")
            try await mute.send("still heard")
            #expect(String(buffer: try await heard.receive(count: 11)) == "still heard")
            try await heard.close()
            #expect(try await mute.receiveToEnd() == "")
            _ = try await bench.heal("mute-after-101")

            _ = try await bench.inject("slow", milliseconds: 200)
            let slow = try await bench.connect()
            try await slow.send(NodeBench.text("GET", "/shop"))
            let late = try await app.accept()
            _ = try await late.receiveHead()
            let sent = MonotonicClock.now
            try await late.send("HTTP/1.1 200 OK\r\n\r\nwhole")
            try await late.close()
            #expect(Answer(head: try await slow.receiveHead()).status == 200)
            #expect(MonotonicClock.now - sent >= .milliseconds(190))
            #expect(try await slow.receiveToEnd() == "whole")
            _ = try await bench.heal("slow")

            let (_, client, connection) = try await upgraded(bench, app)
            _ = try await client.receive(count: 5)
            _ = try await bench.inject("kill")
            #expect(try await client.receiveToEnd() == "")
            #expect(try await connection.receiveToEnd() == "")
        }
    }

    @Test func `whose client leaves before the answer has executed all the same`() async throws {
        try await Self.run { bench, app in
            let client = try await bench.connect()
            try await client.send(NodeBench.text("GET", "/shop", headers: "X-Stickler-Request: r-1\r\n"))
            let connection = try await app.accept()
            _ = try await connection.receiveHead()
            try await client.close()
            #expect(try await connection.receiveToEnd() == "")
            let executed = try await bench.executed()
            #expect(executed.map(\.requestID) == ["r-1"])
            #expect(executed.map(\.status) == [0])
        }
    }
}
