import NIOCore
import Testing

@testable import WebSocketCodec

/// The two examples of the landing page, talking to each other.
@Suite("Landing page")
struct LandingPageTests {
    private func serve(_ requestHeaders: [HandshakeHeader], _ bytesBehindTheHead: ByteBuffer) throws
        -> WebSocketConnection?
    {
        let handshake = ServerHandshake(subprotocols: ["chat"], deflate: DeflateServerPolicy())
        let decision = handshake.evaluate(method: "GET", version: (1, 1), headers: requestHeaders)
        guard case .accept(_, let agreement) = decision else { return nil }
        var connection = WebSocketConnection(agreement)
        connection.receive(bytesBehindTheHead)
        while let event = connection.nextEvent() {
            if case .text(let message) = event { try connection.sendText(message) }
        }
        return connection
    }

    @Test("a client says hello and closes, a server echoes and closes TCP")
    func example() throws {
        let handshake = ClientHandshake(subprotocols: ["chat"], deflateOffers: [DeflateOffer()])
        let request = handshake.requestHeaders + [HandshakeHeader(name: "Host", value: "localhost")]
        let decision = ServerHandshake(subprotocols: ["chat"], deflate: DeflateServerPolicy()).evaluate(
            method: "GET", version: (1, 1), headers: request)
        guard case .accept(let fields, _) = decision else {
            Issue.record("rejected")
            return
        }
        let agreed = try handshake.validate(status: 101, headers: fields)
        #expect(agreed == HandshakeAgreement(role: .client, subprotocol: "chat", deflate: DeflateParameters()))
        var client = WebSocketConnection(agreed)
        try client.sendText("hello")
        client.close(CloseStatus(code: .normalClosure))
        let sent = client.takeOutput() ?? ByteBuffer()

        var server = try #require(serve(request, sent))
        #expect(server.shouldCloseTransport)
        client.receive(server.takeOutput() ?? ByteBuffer())
        client.receiveEOF()
        // The echo is queued while the Close frame behind the message still waits as input.
        #expect(client.allEvents().map(\.line) == ["text:hello", "close:1000:", "ended:1000"])
    }

    @Test("time is let in, and says when it is to be let in again")
    func time() {
        let now = ContinuousClock.now
        let agreement = HandshakeAgreement(role: .client)
        var connection = WebSocketConnection(agreement, timing: WebSocketTiming(pingInterval: .seconds(25)))
        let wakeAt = connection.advance(to: now)
        #expect(wakeAt == now + .seconds(25))
        connection.advance(to: now + .seconds(25))
        #expect(connection.takeOutput() != nil)
    }

    @Test("an idle connection is small, with its contexts not yet allocated")
    func size() {
        #expect(MemoryLayout<WebSocketConnection>.size <= 512)
    }
}
