import NIOHTTP1
import Testing
import WebSocketCodec

@testable import WebSocketCodecHTTP1

@Suite("Handshakes over the heads of NIOHTTP1")
struct HTTP1HandshakeTests {
    static let client = ClientHandshake(
        key: "dGhlIHNhbXBsZSBub25jZQ==", subprotocols: ["chat"], deflateOffers: [DeflateOffer()])
    static let server = ServerHandshake(subprotocols: ["chat"], deflate: DeflateServerPolicy())

    @Test("a client's head is accepted, and both ends agree")
    func roundTrip() throws {
        let request = Self.client.requestHead(uri: "/chat?x=1", host: "example.org", headers: ["Origin": "http://o"])
        #expect(request.method == .GET && request.version == .http1_1 && request.uri == "/chat?x=1")
        #expect(request.headers["host"] == ["example.org"] && request.headers["origin"] == ["http://o"])
        let decision = Self.server.evaluate(request)
        let response = decision.responseHead
        #expect(response.status == .switchingProtocols)
        guard case .accept(_, let agreement) = decision else {
            Issue.record("rejected: \(decision)")
            return
        }
        let agreed = try Self.client.validate(response)
        #expect(agreed == HandshakeAgreement(role: .client, subprotocol: "chat", deflate: DeflateParameters()))
        #expect(agreement == HandshakeAgreement(role: .server, subprotocol: "chat", deflate: DeflateParameters()))
    }

    @Test(
        "what the request lacks is refused with its status",
        arguments: [
            ("upgrade", 400), ("connection", 400), ("host", 400), ("sec-websocket-version", 426),
            ("sec-websocket-key", 400),
        ])
    func rejects(field: String, status: Int) {
        var request = Self.client.requestHead(uri: "/", host: "h")
        request.headers.remove(name: field)
        let response = Self.server.evaluate(request).responseHead
        #expect(Int(response.status.code) == status)
        #expect(response.headers.contains(name: "content-length"))
    }

    @Test("fields keep their order and stay apart when they are repeated")
    func fields() {
        let pairs = [("A", "1"), ("b", "2"), ("A", "3")]
        let headers = Array<HandshakeHeader>(HTTPHeaders(pairs))
        #expect(headers.map(\.name) == ["A", "b", "A"] && headers.map(\.value) == ["1", "2", "3"])
        #expect(HTTPHeaders(headers).map(\.value) == ["1", "2", "3"])
    }

    @Test("an answer that is not a 101 is a violation of the status")
    func refused() {
        #expect {
            try Self.client.validate(HTTPResponseHead(version: .http1_1, status: .forbidden))
        } throws: { ($0 as? HandshakeViolation)?.rule == .status }
    }
}
