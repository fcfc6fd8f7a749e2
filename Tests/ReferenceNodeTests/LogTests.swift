import Foundation
import History
import ReferenceNode
import Testing
import WebSocketCodec

@Suite(.timeLimit(.minutes(1))) struct `The execution log of a node` {
    @Test func `holds requests, sessions and messages in order, but no health checks`() async throws {
        try await NodeBench.run { bench in
            _ = try await bench.request("GET", "/health")
            _ = try await bench.request("GET", "/health", headers: "X-Stickler-Request: h\r\n")
            _ = try await bench.request("GET", "/x?y", headers: "X-Stickler-Request: r\r\nCookie: a=b\r\n")
            _ = try await bench.request("POST", "/echo/1/sid/xhr")
            _ = try await bench.request("POST", "/echo/1/sid/xhr_send", body: #"["hello"]"#)
            let log = try await bench.log()
            #expect(log.events.allSatisfy { $0.actor == .node("n1") })
            #expect(log.next == log.events.count)
            #expect(
                log.events.map(Self.line) == [
                    "started", "GET /health 200 h", "GET /x?y 404 r", "POST /echo/1/sid/xhr 200 -",
                    "open sid xhr-polling", "POST /echo/1/sid/xhr_send 204 -", "message sid hello",
                ])
            let request = try await bench.executed()[1]
            #expect(request.values(of: "cookie") == ["a=b"])
            #expect(request.peer.hasPrefix("127.0.0.1:"))
        }
    }

    @Test func `is read on from where the last page ended`() async throws {
        try await NodeBench.run { bench in
            let first = try await bench.log()
            _ = try await bench.request("GET", "/x", headers: "X-Stickler-Request: r\r\n")
            let second = try await bench.log(since: first.next)
            #expect(second.events.map(Self.line) == ["GET /x 404 r"])
            #expect(try await bench.log(since: second.next).events.isEmpty)
            #expect(try await bench.log(since: 1_000_000).events.isEmpty)
        }
    }

    @Test func `a session on a WebSocket opens and closes`() async throws {
        try await NodeBench.run { bench in
            let socket = try await bench.webSocket("/echo/0/sid/websocket")
            _ = try await socket.nextText()
            try await socket.send(#"["a"]"#)
            _ = try await socket.nextText()
            try await socket.close(.init(code: .normalClosure, reason: "bye"))
            _ = try await socket.next()
            #expect(
                try await bench.log().events.map(Self.line).suffix(3) == [
                    "open sid websocket", "message sid a", "close sid 1000 bye",
                ])
        }
    }

    private static func line(_ event: HistoryEvent) -> String {
        switch event.kind {
        case .nodeStarted: "started"
        case .requestExecuted(let request):
            "\(request.method) \(request.target) \(request.status) \(request.requestID ?? "-")"
        case .sessionOpened(let session): "open \(session.session) \(session.transport)"
        case .sessionClosed(let session): "close \(session.session) \(session.code) \(session.reason)"
        case .messageExecuted(let message): "message \(message.session) \(message.payload)"
        default: "other"
        }
    }
}
