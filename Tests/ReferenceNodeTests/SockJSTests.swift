import Foundation
import History
import ReferenceNode
import SockJS
import Testing

@Suite(.timeLimit(.minutes(1))) struct `SockJS over HTTP` {
    private static let noCache = "no-store, no-cache, no-transform, must-revalidate, max-age=0"

    @Test func `info is fresh at each call and is not cached`() async throws {
        try await NodeBench.run { bench in
            var entropies: Set<UInt32> = []
            for _ in 0..<4 {
                let answer = try await bench.request("GET", "/sockjs/info?t=5")
                #expect(answer.status == 200)
                #expect(answer["Content-Type"] == "application/json; charset=UTF-8")
                #expect(answer["Cache-Control"] == Self.noCache)
                #expect(answer["Vary"] == "Origin")
                let info = try SockJSInfo(parsing: answer.body)
                #expect(info.websocket && !info.cookieNeeded && info.origins == ["*:*"])
                entropies.insert(try #require(info.entropy))
            }
            #expect(entropies.count > 1)
        }
    }

    @Test(
        arguments: [
            ("", "*", nil, nil),
            ("Origin: http://a.test\r\n", "http://a.test", "true", nil),
            ("Origin: null\r\n", "null", "true", nil),
            ("Origin: http://a\r\nAccess-Control-Request-Headers: a, b,c\r\n", "http://a", "true", "a, b,c"),
        ] as [(String, String, String?, String?)])
    func `other origins are let in`(headers: String, origin: String, credentials: String?, allowed: String?)
        async throws
    {
        try await NodeBench.run { bench in
            for (method, target) in [
                ("GET", "/echo/info"), ("OPTIONS", "/echo/info"), ("OPTIONS", "/echo/0/s/xhr"),
                ("OPTIONS", "/echo/0/s/xhr_send"), ("POST", "/echo/0/s-\(origin.utf8.count)-\(headers.utf8.count)/xhr"),
            ] {
                let target = target.replacingOccurrences(of: ".", with: "")
                let answer = try await bench.request(method, target, headers: headers)
                #expect(answer["Access-Control-Allow-Origin"] == origin)
                #expect(answer["Access-Control-Allow-Credentials"] == credentials)
                #expect(answer["Access-Control-Allow-Headers"] == allowed)
                guard method == "OPTIONS" else { continue }
                #expect(answer.status == 204)
                #expect(answer["Cache-Control"] == "public, max-age=31536000")
                #expect(answer["Access-Control-Max-Age"] == "31536000")
                let methods = target.hasSuffix("info") ? "OPTIONS, GET" : "OPTIONS, POST"
                #expect(answer["Access-Control-Allow-Methods"] == methods)
                #expect(answer["Content-Length"] == nil)
            }
        }
    }

    @Test func `messages go round by xhr and xhr_send, whatever the server segment`() async throws {
        try await NodeBench.run { bench in
            let opened = try await bench.request("POST", "/echo/000/s/xhr")
            #expect(opened.status == 200)
            #expect(opened.body == "o\n")
            #expect(opened["Content-Type"] == "application/javascript; charset=UTF-8")
            #expect(opened["Cache-Control"] == Self.noCache)
            let sent = try await bench.request("POST", "/echo/999/s/xhr_send", body: #"["é😀","b"]"#)
            #expect(sent.status == 204)
            #expect(sent["Content-Type"] == "text/plain; charset=UTF-8")
            #expect(sent.body == "")
            #expect(try await bench.request("POST", "/echo/000/s/xhr").body == "a[\"é\\ud83d\\ude00\",\"b\"]\n")
        }
    }

    @Test func `a poll waits for a message`() async throws {
        try await NodeBench.run { bench in
            _ = try await bench.request("POST", "/echo/0/s/xhr")
            let poll = try await bench.connect()
            try await poll.send(NodeBench.text("POST", "/echo/0/s/xhr", headers: "X-Stickler-Request: poll\r\n"))
            // The log shows that the poll has arrived.
            while !(try await bench.executed().contains { $0.requestID == "poll" }) {}
            #expect(try await bench.request("POST", "/echo/0/s/xhr_send", body: "[\"x\"]").status == 204)
            #expect(try await poll.receiveAnswer().body == "a[\"x\"]\n")
        }
    }

    @Test func `a second poll is turned away, an aborted one ends the session`() async throws {
        try await NodeBench.run { bench in
            _ = try await bench.request("POST", "/echo/0/s/xhr")
            let poll = try await bench.connect()
            try await poll.send(NodeBench.text("POST", "/echo/0/s/xhr", headers: "X-Stickler-Request: poll\r\n"))
            while !(try await bench.executed().contains { $0.requestID == "poll" }) {}
            #expect(
                try await bench.request("POST", "/echo/0/s/xhr").body == "c[2010,\"Another connection still open\"]\n")
            try await poll.close()
            while !(try await bench.log().events.contains { if case .sessionClosed = $0.kind { true } else { false } })
            {}
            #expect(try await bench.request("POST", "/echo/0/s/xhr_send", body: "[\"x\"]").status == 404)
            #expect(try await bench.request("POST", "/echo/0/s/xhr").body == "o\n")
        }
    }

    @Test(arguments: [
        ("", "[\"x\"]", 404, "404 Error: Page not found\n"), ("", "", 500, "Payload expected."),
        ("", "{}", 500, "Payload expected."), ("", "[\"x", 500, "Broken JSON encoding."),
        ("Content-Type: image/png\r\n", "[\"x\"]", 500, "Payload expected."),
        ("Content-Type: T\r\n", "[\"x\"]", 404, "404 Error: Page not found\n"),
        ("Content-Type: application/json; charset=utf-8\r\n", "[\"x\"]", 404, "404 Error: Page not found\n"),
    ])
    func `a send is checked before its session is looked for`(
        headers: String, body: String, status: Int, text: String
    ) async throws {
        try await NodeBench.run { bench in
            let answer = try await bench.request("POST", "/echo/0/unknown/xhr_send", headers: headers, body: body)
            #expect(answer.status == status)
            #expect(answer.body == text)
        }
    }

    @Test func `a broken send leaves its session alone`() async throws {
        try await NodeBench.run { bench in
            _ = try await bench.request("POST", "/echo/0/s/xhr")
            #expect(try await bench.request("POST", "/echo/0/s/xhr_send", body: "[\"x").status == 500)
            #expect(try await bench.request("POST", "/echo/0/s/xhr_send", body: "[\"x\"]").status == 204)
            #expect(try await bench.request("POST", "/echo/0/s/xhr").body == "a[\"x\"]\n")
        }
    }

    @Test func `DDP runs over polling`() async throws {
        try await NodeBench.run { bench in
            _ = try await bench.request("POST", "/sockjs/0/s/xhr")
            let connect = ClientMessages.encode([#"{"msg":"connect","version":"1","support":["1"]}"#])
            #expect(try await bench.request("POST", "/sockjs/0/s/xhr_send", body: connect).status == 204)
            let call = ClientMessages.encode([#"{"msg":"method","method":"echo","params":[{"$date":5}],"id":"1"}"#])
            #expect(try await bench.request("POST", "/sockjs/0/s/xhr_send", body: call).status == 204)
            let frame = try SockJSFrame(parsingPollBody: try await bench.request("POST", "/sockjs/0/s/xhr").body)
            guard case .messages(let messages) = frame else {
                Issue.record("expected messages, got \(frame)")
                return
            }
            #expect(messages.count == 3)
            #expect(messages.first?.string.hasPrefix(#"{"msg":"connected","session":""#) == true)
            #expect(messages.last == #"{"msg":"result","id":"1","result":{"$date":5}}"#)
        }
    }
}
