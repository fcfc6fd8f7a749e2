import Clocks
import Foundation
import NIOCore
import ReferenceNode
import Testing

@Suite(.timeLimit(.minutes(1))) struct `Routes of a node` {
    @Test(arguments: [
        ("GET", "/health", 200, "ok\n"),
        ("GET", "/sockjs", 200, "Welcome to SockJS!\n"),
        ("GET", "http://n:80/health?x=://", 200, "ok\n"),
        ("GET", "/echo/", 200, "Welcome to SockJS!\n"),
        ("GET", "/app/health", 200, "ok\n"),
        ("GET", "http://n:80/app/health", 200, "ok\n"),
        ("GET", "/app/app/sockjs", 200, "Welcome to SockJS!\n"),
        ("POST", "/app/echo/0/never/xhr_send", 500, "Payload expected."),
        ("GET", "/app/websocket", 400, "Not a valid websocket request"),
        ("GET", "/application/health", 404, "404 Error: Page not found\n"),
        ("GET", "/app/nothing", 404, "404 Error: Page not found\n"),
        ("GET", "/refuse/403", 403, "refused by n1 with 403\n"),
        ("GET", "/refuse/426", 426, "refused by n1 with 426\n"),
        ("GET", "/nothing", 404, "404 Error: Page not found\n"),
        ("GET", "/sockjs/a.b/s/xhr", 404, "404 Error: Page not found\n"),
        ("GET", "/echo/0/s/xhr", 405, ""),
        ("POST", "/echo/0/s/websocket", 405, ""),
        ("GET", "/echo/0/s/websocket", 400, "Not a valid websocket request"),
        ("GET", "/websocket", 400, "Not a valid websocket request"),
        ("POST", "/health", 405, ""),
        ("GET", "/first-frame?bytes=65537", 400, "expected /first-frame?bytes=N with N from 0 to 65536\n"),
        ("POST", "/echo/0/never/xhr_send", 500, "Payload expected."),
    ])
    func `answer as the protocol says`(method: String, target: String, status: Int, body: String) async throws {
        try await NodeBench.run { bench in
            let answer = try await bench.request(method, target)
            #expect(answer.status == status)
            #expect(answer.body == body)
            #expect(answer["X-Stickler-Node"] == "n1")
        }
    }

    @Test func `what is at a path is below slash app too, with its query, and with one session behind both`()
        async throws
    {
        try await NodeBench.run { bench in
            let pages = try await [
                bench.request("GET", "/app"), bench.request("GET", "/app/"), bench.request("GET", "/"),
            ]
            #expect(Set(pages.map(\.body)).count == 1)
            #expect(try await bench.request("POST", "/app/echo/0/s/xhr").body == "o\n")
            #expect(try await bench.request("POST", "/app/echo/0/s/xhr_send", body: #"["x"]"#).status == 204)
            #expect(try await bench.request("POST", "/echo/0/s/xhr").body == "a[\"x\"]\n")
            let jsonp = try await bench.request("GET", "/app/echo/0/j/jsonp?c=call")
            #expect(jsonp.body.hasPrefix("/**/call("))
            #expect(try await bench.webSocket("/app/echo/0/w/websocket").answer.status == 101)
        }
    }

    @Test func `every answer names node, boot and request`() async throws {
        try await NodeBench.run { bench in
            let boot = try await bench.status().bootID
            #expect(boot.count == 12)
            let headers = "X-Stickler-Request: r-7\r\n"
            for (method, target) in [
                ("GET", "/"), ("GET", "/whoami"), ("GET", "/x"), ("POST", "/echo/0/s/xhr"), ("OPTIONS", "/sockjs/info"),
            ] {
                let answer = try await bench.request(method, target, headers: headers)
                #expect(answer["X-Stickler-Node"] == "n1")
                #expect(answer["X-Stickler-Boot"] == boot)
                #expect(answer["X-Stickler-Request"] == "r-7")
            }
            let upgraded = try await bench.webSocket("/echo/websocket", headers: headers).answer
            #expect(upgraded["X-Stickler-Boot"] == boot)
            #expect(upgraded["X-Stickler-Request"] == "r-7")
        }
    }

    @Test func `whoami tells what the node saw`() async throws {
        struct Document: Decodable {
            var nodeID: String
            var requestID: String?
            var method: String
            var target: String
            var headers: [[String]]
            var bodyBytes: Int
        }
        try await NodeBench.run { bench in
            let answer = try await bench.request(
                "POST", "/whoami?a=b", headers: "X-Forwarded-For: 1.2.3.4\r\n", body: "hello")
            let document = try JSONDecoder().decode(Document.self, from: Data(answer.body.utf8))
            #expect(document.nodeID == "n1")
            #expect(document.requestID == nil)
            #expect(document.method == "POST")
            #expect(document.target == "/whoami?a=b")
            #expect(document.headers.contains(["X-Forwarded-For", "1.2.3.4"]))
            #expect(document.bodyBytes == 5)
        }
    }

    @Test func `whoami answers as late as it is asked to`() async throws {
        try await NodeBench.run { bench in
            let begun = MonotonicClock.now
            let answer = try await bench.request(
                "POST", "/whoami?after=150&t=x", headers: "X-Stickler-Request: r-1\r\n")
            #expect(answer.status == 200)
            #expect(answer.body.contains("/whoami?after=150"))
            #expect(MonotonicClock.now - begun >= .milliseconds(150))
            #expect(try await bench.request("POST", "/whoami?after=x").status == 200)
        }
    }

    @Test func `refusals bear their fields`() async throws {
        try await NodeBench.run { bench in
            for status in [403, 426] {
                let client = try await bench.connect()
                try await client.send(NodeBench.upgradeText("/refuse/\(status)"))
                let answer = try await client.receiveAnswer()
                #expect(answer.status == status)
                #expect(answer["X-Refusal"] == "by-node")
                #expect(answer["Sec-WebSocket-Version"] == (status == 426 ? "13" : nil))
                #expect(answer["Upgrade"] == (status == 426 ? "websocket" : nil))
                #expect(answer.body == "refused by n1 with \(status)\n")
                // The connection goes on as HTTP.
                try await client.send(NodeBench.text("GET", "/health"))
                #expect(try await client.receiveAnswer().body == "ok\n")
            }
        }
    }

    @Test func `requests on one connection are answered in order, pipelined too`() async throws {
        try await NodeBench.run { bench in
            let client = try await bench.connect()
            let targets = ["/whoami?1", "/nothing", "/whoami?2", "/health"]
            try await client.send(
                targets.map { NodeBench.text("GET", $0) }.joined()
                    + NodeBench.text("POST", "/whoami?3", body: "\n\n\r\n\r\nx"))
            var bodies: [String] = []
            for _ in 0..<5 { bodies.append(try await client.receiveAnswer().body) }
            #expect(bodies[0].contains("\"target\":\"/whoami?1\""))
            #expect(bodies[1].hasPrefix("404"))
            #expect(bodies[2].contains("\"target\":\"/whoami?2\""))
            #expect(bodies[3] == "ok\n")
            #expect(bodies[4].contains("\"bodyBytes\":7"))
        }
    }

    @Test func `too long heads and bodies are refused`() async throws {
        try await NodeBench.run { bench in
            let head = try await bench.request("GET", "/", headers: "X: \(String(repeating: "x", count: 70_000))\r\n")
            #expect(head.status == 431)
            let body = try await bench.request(
                "POST", "/echo/0/s/xhr_send", body: String(repeating: "x", count: 1 << 20 + 1))
            #expect(body.status == 413)
            let long = try await bench.request(
                "POST", "/echo/0/s/xhr_send", body: String(repeating: "x", count: 8 << 20))
            #expect(long.status == 413)
            #expect(try await bench.request("GET", "/", headers: "bad header\r\n").status == 400)
        }
    }

    @Test func `chunked bodies are read, split anywhere`() async throws {
        try await NodeBench.run { bench in
            let request =
                "POST /whoami HTTP/1.1\r\nHost: n\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n\r\n\r\nx\r\n2\r\n\n\n\r\n0\r\n\r\n"
            let client = try await bench.connect()
            for split in 1..<request.utf8.count {
                let bytes = Array(request.utf8)
                try await client.send(ByteBuffer(bytes: bytes[..<split]))
                try await client.send(ByteBuffer(bytes: bytes[split...]))
                #expect(try await client.receiveAnswer().body.contains("\"bodyBytes\":7"))
            }
        }
    }

    @Test func `close and HTTP 1.0 end the connection`() async throws {
        try await NodeBench.run { bench in
            for request in [
                "GET /health HTTP/1.1\r\nHost: n\r\nConnection: close\r\n\r\n", "GET /health HTTP/1.0\r\n\r\n",
            ] {
                let client = try await bench.connect()
                try await client.send(request)
                #expect(try await client.receiveToEnd().hasSuffix("\r\n\r\nok\n"))
            }
        }
    }
}
