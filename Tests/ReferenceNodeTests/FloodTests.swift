import History
import NIOCore
import ReferenceNode
import Testing
import WebSocketCodec

/// What comes all at once is done in parts, and none of it is lost or done twice.
@Suite(.timeLimit(.minutes(1))) struct `A connection that floods a node` {
    private static let count = 1_000
    /// Far fewer than come, and some more than are done at a time.
    private static let mostBefore = 400

    /// Lets a flood and another's request wait in their sockets until the node looks at both, and expects the other's to
    /// be executed early.
    private func besidesAnother(_ bench: NodeBench, _ flood: () async throws -> Void) async throws {
        let other = try await bench.connect()
        try await other.send(NodeBench.text("GET", "/health"))
        _ = try await other.receiveAnswer()
        _ = try await bench.inject("hang")
        try await flood()
        try await other.send(NodeBench.text("GET", "/health", headers: "X-Stickler-Request: other\r\n"))
        _ = try await bench.heal("hang")
        _ = try await other.receiveAnswer()
        let place = try await bench.log().events.firstIndex { event in
            if case .requestExecuted(let request) = event.kind { request.requestID == "other" } else { false }
        }
        #expect(try #require(place) < Self.mostBefore)
    }

    private func messages(_ bench: NodeBench) async throws -> Int {
        try await bench.log().events.count { if case .messageExecuted = $0.kind { true } else { false } }
    }

    @Test func `with requests gets every answer in order`() async throws {
        try await NodeBench.run { bench in
            let client = try await bench.connect()
            try await besidesAnother(bench) {
                try await client.send((0..<Self.count).map { NodeBench.text("GET", "/\($0)") }.joined())
            }
            for _ in 0..<Self.count { #expect(try await client.receiveAnswer().status == 404) }
            let targets = try await bench.executed().map(\.target).filter { $0 != "/health" }
            #expect(targets == (0..<Self.count).map { "/\($0)" })
        }
    }

    @Test func `with empty messages gets every one back`() async throws {
        try await NodeBench.run { bench in
            let socket = try await bench.webSocket("/echo/websocket")
            try await besidesAnother(bench) {
                for _ in 0..<Self.count { try socket.queue("") }
                try await socket.flush()
            }
            for _ in 0..<Self.count { #expect(try await socket.nextText() == "") }
            #expect(try await messages(bench) == Self.count)
            try await socket.close(.init(code: .normalClosure, reason: ""))
            #expect(try await socket.next() == .closeReceived(.init(code: .normalClosure, reason: "")))
        }
    }

    @Test func `with many messages in one frame gets them back in order, and those behind them`() async throws {
        try await NodeBench.run { bench in
            let socket = try await bench.webSocket("/echo/0/s/websocket")
            #expect(try await socket.nextText() == "o")
            let messages = (0..<Self.count).map { "\"\($0)\"" } + ["\"last\""]
            try await besidesAnother(bench) {
                try await socket.send("[\(messages.dropLast().joined(separator: ","))]")
                try await socket.send("[\"last\"]")
            }
            for message in messages { #expect(try await socket.nextText() == "a[\(message)]") }
        }
    }

    @Test func `with many messages in one body gets them back in order, and those behind them`() async throws {
        try await NodeBench.run { bench in
            _ = try await bench.request("POST", "/echo/0/s/xhr")
            let messages = (0..<Self.count).map { "\"\($0)\"" }
            let client = try await bench.connect()
            try await besidesAnother(bench) {
                let body = "[\(messages.joined(separator: ","))]"
                try await client.send(NodeBench.text("POST", "/echo/0/s/xhr_send", body: body))
                try await client.send(NodeBench.text("POST", "/echo/0/s/xhr_send", body: "[\"last\"]"))
            }
            for _ in 1...2 { #expect(try await client.receiveAnswer().status == 204) }
            let answer = try await bench.request("POST", "/echo/0/s/xhr")
            #expect(answer.body == "a[\(messages.joined(separator: ",")),\"last\"]\n")
            let sends = try await bench.executed().filter { $0.target.hasSuffix("xhr_send") }
            #expect(sends.map(\.status) == [204, 204])
        }
    }
}
