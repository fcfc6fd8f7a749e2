import Clocks
import NIOCore
import Testing

@testable import WebSocketCodec

/// The two examples of the landing page, talking to each other.
@Suite("Landing page")
struct LandingPageTests {
    /// What a server writes for these bytes of a client, and whether it then ends its side.
    private func serve(_ bytes: ByteBuffer) throws -> (output: ByteBuffer, lingers: Bool)? {
        var reader = HandshakeHeadReader<HandshakeRequest>()
        guard let (request, bytesBehindTheHead) = try reader.receive(bytes) else { return nil }
        let handshake = ServerHandshake(subprotocols: ["chat"], deflate: DeflateServerPolicy())
        let decision = handshake.evaluate(request)
        var output = try decision.response.bytes()
        guard case .accept(_, let agreement) = decision else { return nil }
        var connection = WebSocketConnection(agreement)
        connection.receive(bytesBehindTheHead)
        while let event = connection.nextEvent() {
            if case .text(let message) = event { try connection.sendText(message) }
        }
        while let action = connection.nextAction() {
            switch action {
            case .write(var bytes): output.writeBuffer(&bytes)
            case .linger: return (output, true)
            case .close: return (output, false)
            }
        }
        return (output, false)
    }

    @Test("a client says hello and closes, a server echoes, and ends its side")
    func example() throws {
        let handshake = ClientHandshake(subprotocols: ["chat"], deflateOffers: [DeflateOffer()])
        var request = try handshake.request(target: "/chat", host: "example.org").bytes()
        // Only a client that knows its server sends frames before the answer: it makes the test shorter.
        var early = WebSocketConnection(HandshakeAgreement(role: .client))
        try early.sendText("hello")
        early.close(CloseStatus(code: .normalClosure))
        request.writeImmutableBuffer(early.takeOutput() ?? ByteBuffer())

        let answer = try serve(request)
        let served = try #require(answer)
        #expect(served.lingers)
        var reader = HandshakeHeadReader<HandshakeResponse>()
        let read = try reader.receive(served.output)
        let (response, bytesBehindTheHead) = try #require(read)
        let agreed = try handshake.validate(response)
        #expect(agreed == HandshakeAgreement(role: .client, subprotocol: "chat", deflate: DeflateParameters()))
        var connection = WebSocketConnection(agreed)
        connection.receive(bytesBehindTheHead)
        connection.receiveEOF()
        // The echo is queued while the Close frame behind the message still waits as input.
        #expect(connection.allEvents().map(\.line) == ["text:hello", "close:1000:", "ended:1000"])
        let actions = [connection.nextAction(), connection.nextAction()]
        #expect(actions.last == .close)
    }

    @Test("time is let in, and says when it is to be let in again")
    func time() {
        let now = MonotonicClock.now
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
