import NIOCore
import WebSocketCodec

/// What fuzzing runs on any input: it must neither trap nor hang nor grow, and what it promises is checked.
///
/// `harness/fuzz` compiles this file too; `FuzzCorpusTests` replays the inputs that were found.
enum FuzzTarget: String, CaseIterable {
    /// The whole connection without extensions, in both roles.
    case decoder
    /// Requests and answers of the opening handshake.
    case handshake
    /// A connection with permessage-deflate.
    case inflater

    /// The bytes a message may have; small, so that passing the limit is found.
    static let messageLimit = 4_096
    private static let longestPiece = 16

    func run(_ input: UnsafeBufferPointer<UInt8>) {
        guard let control = input.first else { return }
        let bytes = UnsafeBufferPointer(rebasing: input.dropFirst())
        switch self {
        case .decoder:
            Self.connection(bytes, control: control, deflate: nil, inPieces: control & 4 != 0)
        case .inflater:
            Self.connection(
                bytes, control: control,
                deflate: DeflateParameters(
                    serverNoContextTakeover: control & 4 != 0, clientNoContextTakeover: control & 4 != 0,
                    serverMaxWindowBits: control & 8 != 0 ? 9 : 15, clientMaxWindowBits: control & 8 != 0 ? 9 : 15))
        case .handshake: Self.handshake(bytes, control: control)
        }
    }

    // MARK: Connections

    private static func connection(
        _ bytes: UnsafeBufferPointer<UInt8>, control: UInt8, deflate: DeflateParameters?, inPieces: Bool = false
    ) {
        var connection = WebSocketConnection(
            HandshakeAgreement(role: control & 1 == 0 ? .server : .client, deflate: deflate),
            limits: WebSocketLimits(maximumMessageBytes: messageLimit, maximumFrameBytes: 65_536, maximumFragments: 64),
            delivery: inPieces ? .pieces(ofAtMost: longestPiece) : .whole, maskingKeys: .fixed(MaskingKey(1, 2, 3, 4)),
            deflateTuning: DeflateTuning(windowEnforcement: control & 16 != 0 ? .exact : .bestEffort))
        // The upper bits cut the input in two; bit 1 lets both halves pile up before they are worked off.
        let cut = bytes.count * Int(control >> 5) / 8
        var ends = 0
        var failures = 0
        connection.receive(ByteBuffer(bytes: UnsafeBufferPointer(rebasing: bytes[..<cut])))
        if control & 2 == 0 { drain(&connection, &ends, &failures) }
        connection.receive(ByteBuffer(bytes: UnsafeBufferPointer(rebasing: bytes[cut...])))
        drain(&connection, &ends, &failures)
        connection.receiveEOF()
        drain(&connection, &ends, &failures)
        precondition(ends == 1, "a connection ends once")
        precondition(failures <= 1, "a connection fails once")
        precondition(connection.shouldCloseTransport)
        precondition((connection.takeOutput()?.readableBytes ?? 0) <= 256 + 3 * bytes.count, "output outgrew its cause")
    }

    private static func drain(_ connection: inout WebSocketConnection, _ ends: inout Int, _ failures: inout Int) {
        while let event = connection.nextEvent() {
            switch event {
            case .text(let message):
                precondition(message.readableBytes <= messageLimit)
                precondition(
                    String(validating: message.readableBytesView, as: UTF8.self) != nil, "text that is not UTF-8")
            case .binary(let message): precondition(message.readableBytes <= messageLimit)
            case .piece(let piece):
                precondition(piece.bytes.readableBytes <= longestPiece)
                precondition(piece.bytes.readableBytes > 0 || piece.isLast, "an empty piece")
                precondition(
                    !piece.isText || String(validating: piece.bytes.readableBytesView, as: UTF8.self) != nil,
                    "a piece of text that is not UTF-8")
            case .ping(let payload), .pong(let payload): precondition(payload.readableBytes <= 125)
            case .closeReceived(let status): precondition(status?.code.mayAppearOnTheWire ?? true)
            case .failed: failures += 1
            case .ended: ends += 1
            }
        }
    }

    // MARK: Handshakes

    /// The input is text: lines of `name: value`. The names are shortened, so that a few bytes reach every field.
    private static func handshake(_ bytes: UnsafeBufferPointer<UInt8>, control: UInt8) {
        var headers = bytes.split(separator: 0x0A, maxSplits: 15).map { line in
            let parts = line.split(separator: 0x3A, maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(decoding: parts[0], as: UTF8.self)
            return HandshakeHeader(
                name: shortNames[name] ?? name,
                value: parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : "")
        }
        // Most inputs would stop at the first check: complete them if told to.
        if control & 1 != 0 { headers += control & 2 == 0 ? requestBasis : answerBasis }
        if control & 2 == 0 {
            let server = ServerHandshake(
                subprotocols: ["chat"], deflate: control & 4 == 0 ? DeflateServerPolicy() : nil)
            let decision = server.evaluate(method: "GET", version: (1, 1), headers: headers)
            guard case .accept(let fields, let agreement) = decision else { return }
            precondition(agreement.deflate == nil || control & 4 == 0, "an extension not to be agreed")
            precondition(fields.allSatisfy { !$0.value.utf8.contains(where: { $0 < 0x20 || $0 > 0x7E }) })
        } else {
            let client = ClientHandshake(
                key: "dGhlIHNhbXBsZSBub25jZQ==", subprotocols: ["chat"],
                deflateOffers: control & 4 == 0 ? [DeflateOffer(serverMaxWindowBits: 12), DeflateOffer()] : [])
            do throws(HandshakeViolation) {
                let agreed = try client.validate(status: 101, headers: headers)
                precondition(agreed.subprotocol == nil || agreed.subprotocol == "chat", "a subprotocol not offered")
                precondition(agreed.deflate == nil || control & 4 == 0, "an extension not offered")
            } catch {
                precondition(!error.description.isEmpty)
            }
        }
    }

    private static let shortNames = [
        "u": "Upgrade", "c": "Connection", "h": "Host", "k": "Sec-WebSocket-Key", "a": "Sec-WebSocket-Accept",
        "v": "Sec-WebSocket-Version", "p": "Sec-WebSocket-Protocol", "e": "Sec-WebSocket-Extensions",
    ]
    private static let requestBasis = [
        HandshakeHeader(name: "Upgrade", value: "websocket"), HandshakeHeader(name: "Connection", value: "Upgrade"),
        HandshakeHeader(name: "Host", value: "example.org"),
        HandshakeHeader(name: "Sec-WebSocket-Version", value: "13"),
        HandshakeHeader(name: "Sec-WebSocket-Key", value: "dGhlIHNhbXBsZSBub25jZQ=="),
    ]
    private static let answerBasis = [
        HandshakeHeader(name: "Upgrade", value: "websocket"), HandshakeHeader(name: "Connection", value: "Upgrade"),
        HandshakeHeader(name: "Sec-WebSocket-Accept", value: "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
    ]
}
