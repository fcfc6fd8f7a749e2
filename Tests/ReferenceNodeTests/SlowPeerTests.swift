import Clocks
import FoundationEssentials
import NIOCore
import ReferenceNode
import Testing

@Suite(.timeLimit(.minutes(1))) struct `A peer that` {
    /// Times that pass within a test.
    private static func short(_ adjust: (inout ConnectionTimes) -> Void) -> (inout NodeConfiguration) -> Void {
        var times = ConnectionTimes()
        times.head = .seconds(60)
        times.body = .seconds(60)
        times.idle = .seconds(60)
        adjust(&times)
        return { $0.connectionTimes = times }
    }

    private static let brief = Duration.milliseconds(600)
    /// Long enough for a busy machine to send a request in.
    private static let enoughToSend = Duration.seconds(3)

    @Test func `says nothing is let go without a word`() async throws {
        try await NodeBench.run(Self.short { $0.head = Self.brief }) { bench async throws in
            #expect(try await bench.connect().receiveToEnd() == "")
            #expect(try await RawClient.connect(bench.node.control).receiveToEnd() == "")
        }
    }

    @Test(arguments: ["G", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: h\r\nA: b", "\r\n"])
    func `sends half a head is told so`(bytes: String) async throws {
        try await NodeBench.run(Self.short { $0.head = Self.enoughToSend }) { bench in
            for endpoint in [bench.node.listen, bench.node.control] {
                let client = try await RawClient.connect(endpoint)
                try await client.send(bytes)
                #expect(try await client.receiveToEnd().hasPrefix("HTTP/1.1 408 "))
            }
        }
    }

    @Test(arguments: ["Content-Length: 10\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n5\r\nab"])
    func `sends half a body is told so`(rest: String) async throws {
        try await NodeBench.run(Self.short { $0.body = Self.brief }) { bench in
            let client = try await bench.connect()
            try await client.send("POST /whoami HTTP/1.1\r\nHost: h\r\n" + rest)
            let answer = try await client.receiveToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 408 "))
            #expect(answer.contains("Connection: close"))
        }
    }

    @Test func `trickles a body is told so`() async throws {
        try await NodeBench.run(Self.short { $0.body = Self.brief }) { bench in
            let client = try await bench.connect()
            try await client.send("POST /whoami HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n")
            let trickle = Task {
                // Until the connection is closed.
                while true {
                    try await client.send("a")
                    try await MonotonicClock().sleep(for: Self.brief / 20)
                }
            }
            defer { trickle.cancel() }
            #expect(try await client.receiveHead().hasPrefix("HTTP/1.1 408 "))
        }
    }

    @Test func `has been answered may rest for as long as is told`() async throws {
        try await NodeBench.run(Self.short { $0.idle = Self.brief }) { bench in
            let client = try await bench.connect()
            try await client.send(NodeBench.text("GET", "/health"))
            #expect(try await client.receiveAnswer().status == 200)
            #expect(try await client.receiveToEnd() == "")
        }
    }

    @Test func `waits for an answer is not hurried`() async throws {
        let times = Self.short {
            $0.head = Self.enoughToSend
            $0.body = Self.enoughToSend
            $0.idle = Self.enoughToSend
        }
        try await NodeBench.run(times) { bench in
            _ = try await bench.request("POST", "/echo/0/s/xhr")
            let poll = try await bench.connect()
            try await poll.send(NodeBench.text("POST", "/echo/0/s/xhr"))
            // As long as two others take to be let go, one after the other.
            for _ in 1...2 { _ = try await bench.connect().receiveToEnd() }
            _ = try await bench.request("POST", "/echo/0/s/xhr_send", body: #"["late"]"#)
            #expect(try await poll.receiveAnswer().body == "a[\"late\"]\n")
        }
    }

    @Test(arguments: [
        ("POST /whoami HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("POST /whoami HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        ("POST /whoami HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n", 400),
        ("POST /whoami HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", 400),
        ("POST /whoami HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n", 400),
        ("POST /whoami HTTP/1.1\r\nHost: h\r\nContent-Length: 1152921504606846976\r\n\r\n", 413),
        ("POST /whoami HTTP/1.1\r\nHost: h\r\nContent-Length: 576460752303423488\r\n\r\n", 413),
        (
            "POST /echo/0/s/xhr_send HTTP/1.1\r\nHost: h\r\nContent-Length: 67108865\r\nExpect: 100-continue\r\n\r\n",
            413
        ),
    ]) func `sends what is no request is told so at once and closed`(bytes: String, status: Int) async throws {
        try await NodeBench.run { bench in
            let client = try await bench.connect()
            try await client.send(bytes + NodeBench.text("GET", "/whoami"))
            let answer = try await client.receiveToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
            #expect(answer.components(separatedBy: "HTTP/1.1 ").count == 2)
            #expect(try await bench.executed().isEmpty)
        }
    }
}
