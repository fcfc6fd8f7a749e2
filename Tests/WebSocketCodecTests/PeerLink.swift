import Foundation
import NIOCore
import Testing

@testable import WebSocketCodec

/// A connection of ours and one of PyPI's `websockets`, past the opening handshake, joined by hand.
struct PeerLink {
    let peer: CodecPeer
    let role: WebSocketRole
    var connection: WebSocketConnection
    let agreed: DeflateParameters?

    private static let tuning = DeflateTuning(minimumBytes: 0, windowEnforcement: .exact)

    /// We are the client.
    init(client offers: [DeflateOffer], to peer: CodecPeer, deflate: [String: any Sendable]?) throws {
        self.peer = peer
        role = .client
        let handshake = ClientHandshake(deflateOffers: offers)
        let fields = [HandshakeHeader(name: "Host", value: "localhost")] + handshake.requestHeaders
        let head = "GET / HTTP/1.1\r\n" + fields.map { "\($0.name): \($0.value)\r\n" }.joined() + "\r\n"
        let answer = try peer.ask("serve", ["request": ByteBuffer(string: head).base64, "deflate": Self.json(deflate)])
        let (line, headers) = try Self.head(answer)
        let agreement = try handshake.validate(
            status: line.hasPrefix("HTTP/1.1 101 ") ? 101 : 0, headers: headers)
        agreed = agreement.deflate
        connection = WebSocketConnection(agreement, deflateTuning: Self.tuning)
    }

    /// We are the server.
    init(server policy: DeflateServerPolicy?, to peer: CodecPeer, deflate: [String: any Sendable]?) throws {
        self.peer = peer
        role = .server
        let (_, headers) = try Self.head(try peer.ask("connect", ["deflate": Self.json(deflate)]))
        let decision = ServerHandshake(deflate: policy).evaluate(method: "GET", version: (1, 1), headers: headers)
        guard case .accept(let fields, let agreement) = decision else {
            throw CodecPeer.Failure(description: "\(decision)")
        }
        agreed = agreement.deflate
        connection = WebSocketConnection(agreement, deflateTuning: Self.tuning)
        let head =
            "HTTP/1.1 101 Switching Protocols\r\n" + fields.map { "\($0.name): \($0.value)\r\n" }.joined() + "\r\n"
        let answer = try peer.ask("feed", ["bytes": ByteBuffer(string: head).base64, "echo": false])
        guard answer.open == true else { throw CodecPeer.Failure(description: "refused: \(answer)") }
    }

    /// Neither window is limited.
    var usesWholeWindows: Bool {
        (agreed?.serverMaxWindowBits ?? 15) == 15 && (agreed?.clientMaxWindowBits ?? 15) == 15
    }

    /// Without extensions.
    static func plain(_ role: WebSocketRole, to peer: CodecPeer) throws -> PeerLink {
        switch role {
        case .client: try PeerLink(client: [], to: peer, deflate: nil)
        case .server: try PeerLink(server: nil, to: peer, deflate: nil)
        }
    }

    private static func json(_ parameters: [String: any Sendable]?) -> Any {
        parameters.map { $0 as Any } ?? NSNull()
    }

    private static func head(_ answer: CodecPeer.Answer) throws -> (line: String, headers: [HandshakeHeader]) {
        guard let output = answer.output else { throw CodecPeer.Failure(description: "refused: \(answer)") }
        let lines = String(buffer: try ByteBuffer(base64: output)).split(separator: "\r\n")
        return (
            String(lines.first ?? ""),
            lines.dropFirst().map { line in
                let parts = line.split(separator: ":", maxSplits: 1)
                return HandshakeHeader(
                    name: String(parts[0]), value: String(parts.last ?? "").trimmingPrefix(" ").description)
            }
        )
    }

    /// Hands our output, or `bytes` in its place, to the peer.
    mutating func feed(_ bytes: ByteBuffer? = nil, echo: Bool = false) throws -> CodecPeer.Answer {
        let output = bytes ?? connection.takeOutput() ?? ByteBuffer()
        return try peer.ask("feed", ["bytes": output.base64, "echo": echo])
    }

    /// Hands the peer's output to us in pieces of an odd size.
    mutating func receive(_ answer: CodecPeer.Answer) throws -> [WebSocketEvent] {
        var bytes = try ByteBuffer(base64: answer.output ?? "")
        var events: [WebSocketEvent] = []
        while let piece = bytes.readSlice(length: min(997, max(1, bytes.readableBytes))) {
            connection.receive(piece)
            events += connection.allEvents()
        }
        return events
    }

    /// The frame of a message, cut into fragments of at most `longest` bytes on the wire.
    static func refragmented(_ frame: ByteBuffer, from sender: WebSocketRole, longest: Int) throws -> ByteBuffer {
        var decoder = FrameDecoder(receiver: sender.peer, allowsRSV1: true)
        decoder.receive(frame)
        let part = try #require(try decoder.nextPart())
        var payload = part.payload
        var output = ByteBuffer()
        var isFirst = true
        repeat {
            let piece = payload.readSlice(length: min(longest, payload.readableBytes)) ?? ByteBuffer()
            RawFrame(
                opcode: isFirst ? part.header.opcode.rawValue : 0, payload: piece,
                isFinal: payload.readableBytes == 0, rsv1: isFirst && part.header.rsv1,
                maskingKey: sender == .client ? exampleKey : nil
            ).write(to: &output)
            isFirst = false
        } while payload.readableBytes > 0
        return output
    }
}
