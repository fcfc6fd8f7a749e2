import Foundation
import History
import NIOCore
import ReferenceNode
import SockJS
import WebSocketCodec
import Wire

/// A node for one test, with the requests that tests make.
struct NodeBench: Sendable {
    let node: NodeServer

    static func run(
        _ adjust: (inout NodeConfiguration) -> Void = { _ in }, _ body: (NodeBench) async throws -> Void
    ) async throws {
        var configuration = NodeConfiguration(nodeID: "n1")
        // On a busy machine more time may pass between two requests than a session waits for its client.
        configuration.sockJSTiming = ServerTiming(heartbeatDelay: .seconds(100), disconnectDelay: .seconds(100))
        adjust(&configuration)
        let node = try await NodeServer.start(configuration)
        do {
            try await body(NodeBench(node: node))
        } catch {
            try await node.shutdown()
            throw error
        }
        try await node.shutdown()
    }

    func connect() async throws -> RawClient { try await .connect(node.listen) }

    /// One request on a connection of its own.
    func request(
        _ method: String, _ target: String, headers: String = "", body: String = ""
    ) async throws -> Answer {
        let client = try await connect()
        try await client.send(Self.text(method, target, headers: headers, body: body))
        let answer = try await client.receiveAnswer()
        try await client.close()
        return answer
    }

    static func text(
        _ method: String, _ target: String, host: String = "n", headers: String = "", body: String = ""
    ) -> String {
        let length = method == "POST" ? "Content-Length: \(body.utf8.count)\r\n" : ""
        return "\(method) \(target) HTTP/1.1\r\nHost: \(host)\r\n\(headers)\(length)\r\n\(body)"
    }

    static func upgradeText(_ target: String, headers: String = "") -> String {
        let fields = ClientHandshake().requestHeaders.map { "\($0.name): \($0.value)\r\n" }.joined()
        return "GET \(target) HTTP/1.1\r\nHost: n\r\n\(fields)\(headers)\r\n"
    }

    /// A WebSocket that is open.
    func webSocket(_ target: String, headers: String = "") async throws -> TestWebSocket {
        let client = try await connect()
        try await client.send(Self.upgradeText(target, headers: headers))
        let answer = Answer(head: try await client.receiveHead())
        guard answer.status == 101 else { throw Refused(status: answer.status) }
        return TestWebSocket(client: client, answer: answer)
    }

    struct Refused: Error { var status: Int }

    // MARK: Control plane

    struct Status: Decodable {
        var nodeID: String
        var bootID: String
        var listen: String
        var state: String
        var faults: [String]
        var clock: Int64
    }

    struct Log: Decodable {
        var next: Int
        var clock: Int64
        var events: [HistoryEvent]
    }

    /// A request as `stickler verify` makes it.
    func control(_ method: String, _ target: String, body: String = "") async throws -> Answer {
        try await control(
            Self.text(
                method, target, host: node.control.description, headers: "Content-Type: application/json\r\n",
                body: body))
    }

    /// A request in these very bytes.
    func control(_ text: String) async throws -> Answer {
        let client = try await RawClient.connect(node.control)
        try await client.send(text)
        let answer = try await client.receiveAnswer()
        try await client.close()
        return answer
    }

    func inject(_ fault: String, milliseconds: Int? = nil) async throws -> Status {
        let body = milliseconds.map { ",\"milliseconds\":\($0)" } ?? ""
        return try decode(try await control("POST", "/faults", body: "{\"fault\":\"\(fault)\"\(body)}"))
    }

    func heal(_ fault: String) async throws -> Status { try decode(try await control("DELETE", "/faults/\(fault)")) }
    func status() async throws -> Status { try decode(try await control("GET", "/status")) }
    func log(since: Int = 0) async throws -> Log { try decode(try await control("GET", "/log?since=\(since)")) }

    func executed() async throws -> [RequestExecuted] {
        try await log().events.compactMap { if case .requestExecuted(let request) = $0.kind { request } else { nil } }
    }

    private func decode<Value: Decodable>(_ answer: Answer) throws -> Value {
        guard answer.status == 200 else { throw Refused(status: answer.status) }
        return try JSONDecoder().decode(Value.self, from: Data(answer.body.utf8))
    }
}

/// A WebSocket client, one message at a time.
final class TestWebSocket {
    let client: RawClient
    let answer: Answer
    private var connection = WebSocketConnection(HandshakeAgreement(role: .client))

    init(client: RawClient, answer: Answer) {
        self.client = client
        self.answer = answer
    }

    func send(_ text: String) async throws {
        try connection.sendText(text)
        try await flush()
    }

    func send(_ binary: [UInt8]) async throws {
        try connection.sendBinary(ByteBuffer(bytes: binary))
        try await flush()
    }

    func close(_ status: CloseStatus?) async throws {
        connection.close(status)
        try await flush()
    }

    /// Writes a message that goes out with what follows.
    func queue(_ text: String) throws { try connection.sendText(text) }

    func flush() async throws {
        guard let output = connection.takeOutput() else { return }
        // The node may have closed after its close frame.
        do { try await client.send(output) } catch ChannelError.ioOnClosedChannel {}
    }

    /// The next event, nil once the node closed the connection without one.
    func next() async throws -> WebSocketEvent? {
        while true {
            if let event = connection.nextEvent() {
                try await flush()
                return event
            }
            do {
                connection.receive(try await client.receive { $0.readableBytes > 0 ? $0.readableBytes : nil })
            } catch is RawClient.EndOfStream {
                connection.receiveEOF()
                return connection.nextEvent()
            }
        }
    }

    func nextText() async throws -> String? {
        guard case .text(let bytes) = try await next() else { return nil }
        return String(buffer: bytes)
    }
}
