import History
import NIOCore
import ReferenceNode
import Testing
import WebSocketCodec

@Suite(.timeLimit(.minutes(1))) struct `WebSockets of a node` {
    @Test(arguments: [0, 125, 126, 65_535, 65_536, 1 << 20])
    func `the raw echo returns text and binary byte for byte`(size: Int) async throws {
        try await NodeBench.run { bench in
            let socket = try await bench.webSocket("/echo/websocket")
            let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            try await socket.send(bytes)
            #expect(try await socket.next() == .binary(ByteBuffer(bytes: bytes)))
            let text = String(repeating: "x", count: size)
            try await socket.send(text)
            #expect(try await socket.nextText() == text)
        }
    }

    @Test func `the raw echo closes as it is told`() async throws {
        try await NodeBench.run { bench in
            let socket = try await bench.webSocket("/echo/websocket")
            try await socket.send("close:4001:some: reason")
            let status = CloseStatus(code: CloseCode(rawValue: 4001), reason: "some: reason")
            #expect(try await socket.next() == .closeReceived(status))
            #expect(try await socket.next() == .ended(status))
        }
    }

    @Test func `the raw echo speaks by itself as often as it is told, and echoes what asks for nothing`() async throws {
        try await NodeBench.run { bench in
            let socket = try await bench.webSocket("/echo/websocket")
            try await socket.send("say:2:20")
            #expect(try await socket.nextText() == "said")
            #expect(try await socket.nextText() == "said")
            for text in ["say:0:20", "say:2", "say:2:x"] {
                try await socket.send(text)
                #expect(try await socket.nextText() == text)
            }
        }
    }

    @Test func `a close of the client is echoed, then the node closes`() async throws {
        try await NodeBench.run { bench in
            let socket = try await bench.webSocket("/echo/websocket")
            let status = CloseStatus(code: CloseCode(rawValue: 3999), reason: "enough")
            try await socket.close(status)
            #expect(try await socket.next() == .closeReceived(status))
            #expect(try await socket.next() == .ended(status))
        }
    }

    @Test func `a broken frame is answered by its close code`() async throws {
        try await NodeBench.run { bench in
            let socket = try await bench.webSocket("/echo/websocket")
            try await socket.client.send(ByteBuffer(bytes: [0x81, 0x01, 0x41]))  // not masked
            guard case .closeReceived(let status) = try await socket.next() else {
                Issue.record("expected a close")
                return
            }
            #expect(status?.code == .protocolError)
        }
    }

    @Test(arguments: ["/sockjs/websocket", "/websocket", "/websocket/"])
    func `raw DDP`(target: String) async throws {
        try await NodeBench.run { bench in
            let socket = try await bench.webSocket(target)
            try await socket.send(#"{"msg":"connect","version":"1","support":["1"]}"#)
            #expect(try await socket.nextText()?.hasPrefix(#"{"msg":"connected","session":""#) == true)
            try await socket.send(Array(#"{"msg":"ping","id":"7"}"#.utf8))
            #expect(try await socket.nextText() == #"{"msg":"pong","id":"7"}"#)
            try await socket.send(#"{"msg":"method","method":"whoami","id":"1"}"#)
            #expect(try await socket.nextText() == #"{"msg":"updated","methods":["1"]}"#)
            let boot = try await bench.status().bootID
            #expect(
                try await socket.nextText()
                    == #"{"msg":"result","id":"1","result":{"nodeID":"n1","bootID":"\#(boot)"}}"#)
            try await socket.send(#"{"msg":"method","method":"nope","id":"2"}"#)
            #expect(try await socket.nextText()?.contains("Method 'nope' not found [404]") == true)
        }
    }

    @Test func `DDP that can't agree is closed with 1000`() async throws {
        try await NodeBench.run { bench in
            let socket = try await bench.webSocket("/websocket")
            try await socket.send(#"{"msg":"connect","version":"x","support":["x"]}"#)
            #expect(try await socket.nextText() == #"{"msg":"failed","version":"1"}"#)
            let status = CloseStatus(code: .normalClosure, reason: "Normal closure")
            #expect(try await socket.next() == .closeReceived(status))
        }
    }

    @Test(arguments: [true, false])
    func `compression is agreed on unless the node is told not to`(isOn: Bool) async throws {
        try await NodeBench.run {
            if !isOn { $0.negotiatesDeflate = false }
        } _: { bench in
            let offer = "Sec-WebSocket-Extensions: permessage-deflate\r\n"
            let client = try await bench.connect()
            try await client.send(NodeBench.upgradeText("/echo/websocket", headers: offer))
            let answer = Answer(head: try await client.receiveHead())
            #expect(answer["Sec-WebSocket-Extensions"] == (isOn ? "permessage-deflate" : nil))
            var peer = WebSocketConnection(
                HandshakeAgreement(role: .client, deflate: isOn ? DeflateParameters() : nil))
            try peer.sendText(String(repeating: "again ", count: 100))
            try await client.send(try #require(peer.takeOutput()))
            let first = try await client.receive(count: 1).getInteger(at: 0, as: UInt8.self)
            #expect(first == (isOn ? 0xC1 : 0x81))
            try await client.close()
        }
    }

    @Test func `SockJS frames on a WebSocket`() async throws {
        try await NodeBench.run { bench in
            let socket = try await bench.webSocket("/echo/000/abcdefgh/websocket")
            #expect(try await socket.nextText() == "o")
            try await socket.send(#"["a","é😀"]"#)
            #expect(try await socket.nextText() == #"a["a"]"#)
            #expect(try await socket.nextText() == #"a["é\ud83d\ude00"]"#)
            try await socket.send(#""bare""#)
            #expect(try await socket.nextText() == #"a["bare"]"#)
            try await socket.send("[\"broken")
            let status = CloseStatus(code: CloseCode(rawValue: 3000), reason: "Broken framing.")
            #expect(try await socket.next() == .closeReceived(status))
        }
    }

    @Test func `frames sent together with the request are not lost`() async throws {
        try await NodeBench.run { bench in
            let client = try await bench.connect()
            var early = WebSocketConnection(HandshakeAgreement(role: .client))
            try early.sendText("early")
            var bytes = ByteBuffer(string: NodeBench.upgradeText("/echo/websocket"))
            let output = early.takeOutput()
            var frame = try #require(output)
            bytes.writeBuffer(&frame)
            try await client.send(bytes)
            let socket = TestWebSocket(client: client, answer: Answer(head: try await client.receiveHead()))
            #expect(try await socket.nextText() == "early")
        }
    }

    @Test(arguments: [0, 10, 1_025, 65_536])
    func `the first frame comes with the 101`(size: Int) async throws {
        try await NodeBench.run { bench in
            let socket = try await bench.webSocket("/first-frame?bytes=\(size)")
            let text = try #require(try await socket.nextText())
            #expect(text == String(String(repeating: "abcdefghij", count: size / 10 + 1).prefix(size)))
            try await socket.send("then an echo")
            #expect(try await socket.nextText() == "then an echo")
        }
    }

    @Test(arguments: [
        "Connection: keep-alive, Upgrade", "Connection: upgrade\t", "connection: UPGRADE",
        "Connection: a\r\nConnection: upgrade",
    ])
    func `the Connection field may be spelled in many ways, and none upsets the node`(field: String) async throws {
        try await NodeBench.run { bench in
            let client = try await bench.connect()
            var frames = WebSocketConnection(HandshakeAgreement(role: .client))
            try frames.sendText("x")
            var bytes = ByteBuffer(
                string:
                    "GET /echo/websocket HTTP/1.1\r\nHost: n\r\nUpgrade: websocket\r\n\(field)\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            )
            let output = frames.takeOutput()
            var frame = try #require(output)
            bytes.writeBuffer(&frame)
            try await client.send(bytes)
            let socket = TestWebSocket(client: client, answer: Answer(head: try await client.receiveHead()))
            #expect(socket.answer.status == 101)
            #expect(try await socket.nextText() == "x")
        }
    }

    @Test func `an old version is refused and told the right one`() async throws {
        try await NodeBench.run { bench in
            let client = try await bench.connect()
            let request = NodeBench.upgradeText("/websocket")
                .replacing("Sec-WebSocket-Version: 13", with: "Sec-WebSocket-Version: 8")
            try await client.send(request)
            let answer = try await client.receiveAnswer()
            #expect(answer.status == 426)
            #expect(answer["Sec-WebSocket-Version"] == "13")
        }
    }
}
