import Foundation
import NIOCore
import Testing

@testable import WebSocketCodec

/// What both ends are told about permessage-deflate, and what must come of it.
struct PeerAgreement: CustomTestStringConvertible {
    var testDescription: String
    /// Keyword arguments of the peer's extension factory, nil for none.
    var peer: [String: any Sendable]?
    /// What we offer as a client.
    var offers: [DeflateOffer] = []
    /// How we answer as a server.
    var policy: DeflateServerPolicy?
    var agreed: DeflateParameters?

    /// `websockets` compresses with zlib, which has no window of 8 bits: it declines or fails where it would need one.
    static let peerBits = 9...15
    static let bits = 8...15

    static let asClient: [PeerAgreement] =
        [
            PeerAgreement(testDescription: "no extension"),
            PeerAgreement(testDescription: "offered in vain", offers: [DeflateOffer()]),
            PeerAgreement(
                testDescription: "without parameters", peer: [:],
                offers: [DeflateOffer(clientMaxWindowBits: .notOffered)],
                agreed: DeflateParameters()),
            PeerAgreement(
                testDescription: "server_no_context_takeover offered", peer: [:],
                offers: [DeflateOffer(serverNoContextTakeover: true)],
                agreed: DeflateParameters(serverNoContextTakeover: true)),
            PeerAgreement(
                testDescription: "client_no_context_takeover offered", peer: [:],
                offers: [DeflateOffer(clientNoContextTakeover: true)],
                agreed: DeflateParameters(clientNoContextTakeover: true)),
            PeerAgreement(
                testDescription: "server_no_context_takeover answered", peer: ["server_no_context_takeover": true],
                offers: [DeflateOffer()], agreed: DeflateParameters(serverNoContextTakeover: true)),
            PeerAgreement(
                testDescription: "client_no_context_takeover answered", peer: ["client_no_context_takeover": true],
                offers: [DeflateOffer()], agreed: DeflateParameters(clientNoContextTakeover: true)),
            PeerAgreement(
                testDescription: "all at once",
                peer: ["client_no_context_takeover": true, "client_max_window_bits": 10],
                offers: [DeflateOffer(serverNoContextTakeover: true, serverMaxWindowBits: 9)],
                agreed: DeflateParameters(
                    serverNoContextTakeover: true, clientNoContextTakeover: true, serverMaxWindowBits: 9,
                    clientMaxWindowBits: 10)),
        ]
        + peerBits.map { bits in
            PeerAgreement(
                testDescription: "server_max_window_bits=\(bits) offered", peer: [:],
                offers: [DeflateOffer(serverMaxWindowBits: bits)], agreed: DeflateParameters(serverMaxWindowBits: bits))
        }
        + peerBits.map { bits in
            PeerAgreement(
                testDescription: "server_max_window_bits=\(bits) answered", peer: ["server_max_window_bits": bits],
                offers: [DeflateOffer()], agreed: DeflateParameters(serverMaxWindowBits: bits))
        }
        + bits.map { bits in
            PeerAgreement(
                testDescription: "client_max_window_bits=\(bits) offered", peer: [:],
                offers: [DeflateOffer(clientMaxWindowBits: .atMost(bits))],
                agreed: DeflateParameters(clientMaxWindowBits: bits))
        }
        + bits.map { bits in
            PeerAgreement(
                testDescription: "client_max_window_bits=\(bits) answered", peer: ["client_max_window_bits": bits],
                offers: [DeflateOffer()], agreed: DeflateParameters(clientMaxWindowBits: bits))
        }

    static let asServer: [PeerAgreement] =
        [
            PeerAgreement(testDescription: "no extension"),
            PeerAgreement(testDescription: "declined", peer: [:]),
            PeerAgreement(
                testDescription: "by default", peer: [:], policy: DeflateServerPolicy(), agreed: DeflateParameters()),
            PeerAgreement(
                testDescription: "server_no_context_takeover offered", peer: ["server_no_context_takeover": true],
                policy: DeflateServerPolicy(), agreed: DeflateParameters(serverNoContextTakeover: true)),
            PeerAgreement(
                testDescription: "client_no_context_takeover offered", peer: ["client_no_context_takeover": true],
                policy: DeflateServerPolicy(), agreed: DeflateParameters(clientNoContextTakeover: true)),
            PeerAgreement(
                testDescription: "server_no_context_takeover answered", peer: [:],
                policy: DeflateServerPolicy(serverNoContextTakeover: true),
                agreed: DeflateParameters(serverNoContextTakeover: true)),
            PeerAgreement(
                testDescription: "client_no_context_takeover answered", peer: [:],
                policy: DeflateServerPolicy(clientNoContextTakeover: true),
                agreed: DeflateParameters(clientNoContextTakeover: true)),
            PeerAgreement(
                testDescription: "all at once",
                peer: ["server_no_context_takeover": true, "server_max_window_bits": 9],
                policy: DeflateServerPolicy(clientNoContextTakeover: true, clientMaxWindowBits: 10),
                agreed: DeflateParameters(
                    serverNoContextTakeover: true, clientNoContextTakeover: true, serverMaxWindowBits: 9,
                    clientMaxWindowBits: 10)),
        ]
        + bits.map { bits in
            PeerAgreement(
                testDescription: "server_max_window_bits=\(bits) offered", peer: ["server_max_window_bits": bits],
                policy: DeflateServerPolicy(), agreed: DeflateParameters(serverMaxWindowBits: bits))
        }
        + bits.map { bits in
            PeerAgreement(
                testDescription: "server_max_window_bits=\(bits) answered", peer: [:],
                policy: DeflateServerPolicy(serverMaxWindowBits: bits),
                agreed: DeflateParameters(serverMaxWindowBits: bits))
        }
        + peerBits.map { bits in
            PeerAgreement(
                testDescription: "client_max_window_bits=\(bits) offered", peer: ["client_max_window_bits": bits],
                policy: DeflateServerPolicy(), agreed: DeflateParameters(clientMaxWindowBits: bits))
        }
        + peerBits.map { bits in
            PeerAgreement(
                testDescription: "client_max_window_bits=\(bits) answered", peer: [:],
                policy: DeflateServerPolicy(clientMaxWindowBits: bits),
                agreed: DeflateParameters(clientMaxWindowBits: bits))
        }
}

@Suite(
    "Peer: PyPI's websockets",
    .enabled(if: CodecPeer.isTested, "no .build-peers/venv: the foreign peer is left out; harness/test installs it"),
    .serialized, .timeLimit(.minutes(2)))
struct WebSocketsPeerTests {
    private struct Message {
        var opcode: UInt8
        var payload: ByteBuffer

        var wire: CodecPeer.Answer.Message { CodecPeer.Answer.Message(opcode: opcode, payload: payload.base64) }
        /// Every agreement about takeover meets these, those about windows need no more than their window.
        var isBig: Bool { payload.readableBytes > 8_192 }
        var event: WebSocketEvent { opcode == 1 ? .text(payload) : .binary(payload) }
    }

    private static let messages: [Message] = {
        var generator = SeededGenerator(state: 11)
        let sentence = "{\"msg\":\"changed\",\"id\":\"żółw 🐢\",\"fields\":{\"at\":\"\u{0}\u{FEFF}\u{10FFFF}\"}},"
        let texts = ["", "a", sentence, sentence, String(repeating: sentence, count: 12)]
        var messages = texts.map { Message(opcode: 1, payload: ByteBuffer(string: $0)) }
        for count in [0, 125, 126, 65_535, 65_536] {
            let pattern = (0..<count).map { UInt8(truncatingIfNeeded: $0 / 7) }
            messages.append(Message(opcode: 2, payload: ByteBuffer(bytes: pattern)))
        }
        messages.append(Message(opcode: 2, payload: generator.bytes(20_000)))
        return messages + messages.prefix(5)
    }()

    @Test("as a client we talk to its server", arguments: PeerAgreement.asClient)
    func client(agreement: PeerAgreement) throws {
        try CodecPeer.lend { peer in
            try converse(PeerLink(client: agreement.offers, to: peer, deflate: agreement.peer), agreement)
        }
    }

    @Test("as a server we talk to its client", arguments: PeerAgreement.asServer)
    func server(agreement: PeerAgreement) throws {
        try CodecPeer.lend { peer in
            try converse(PeerLink(server: agreement.policy, to: peer, deflate: agreement.peer), agreement)
        }
    }

    private func converse(_ link: PeerLink, _ agreement: PeerAgreement) throws {
        var link = link
        #expect(link.agreed == agreement.agreed)
        try exchangeMessages(&link)
        try exchangeFragments(&link)
        try ping(&link)
    }

    /// Each message there and back, whole.
    private func exchangeMessages(_ link: inout PeerLink) throws {
        for message in Self.messages where message.isBig == false || link.usesWholeWindows {
            if message.opcode == 1 {
                try link.connection.sendText(message.payload)
            } else {
                try link.connection.sendBinary(message.payload)
            }
            let output = link.connection.takeOutput() ?? ByteBuffer()
            let answer = try link.feed(output, echo: true)
            #expect(answer.received == [message.wire], "\(message.payload.readableBytes) bytes there, \(answer)")
            #expect(try link.receive(answer) == [message.event], "\(message.payload.readableBytes) bytes and back")
            let firstOfPeer = try ByteBuffer(base64: answer.output ?? "").readableBytesView.first ?? 0
            #expect((firstOfPeer & 0x40 != 0) == (link.agreed != nil), "the peer compresses if that was agreed")
            if message.payload.readableBytes == 65_536 {
                let isSmall = output.readableBytes < 20_000
                #expect(isSmall == (link.agreed != nil), "we compress if that was agreed")
            }
        }
    }

    /// Messages in fragments of ours, then in fragments of the peer's.
    private func exchangeFragments(_ link: inout PeerLink) throws {
        for message in Self.messages where !message.isBig {
            if message.opcode == 1 {
                try link.connection.sendText(message.payload)
            } else {
                try link.connection.sendBinary(message.payload)
            }
            let frame = link.connection.takeOutput() ?? ByteBuffer()
            let fragments = try PeerLink.refragmented(frame, from: link.role, longest: 11)
            #expect(try link.feed(fragments).received == [message.wire], "\(message.payload.readableBytes) bytes there")

            var rest = message.payload
            var pieces = ["", rest.readSlice(length: rest.readableBytes / 3)?.base64 ?? ""]
            pieces += [rest.readSlice(length: rest.readableBytes / 2)?.base64 ?? "", rest.base64, ""]
            let answer = try link.peer.ask("send", ["opcode": Int(message.opcode), "fragments": pieces])
            #expect(try link.receive(answer) == [message.event], "\(message.payload.readableBytes) bytes and back")
        }
    }

    /// Pings from both ends are answered with their payload.
    private func ping(_ link: inout PeerLink) throws {
        let payload = ByteBuffer(repeating: 7, count: 125)
        try link.connection.sendPing(payload)
        #expect(try link.receive(link.feed()) == [.pong(payload)])
        let ping = try link.peer.ask("ping", ["payload": payload.base64])
        #expect(try link.receive(ping) == [.ping(payload)])
        #expect(try link.feed().received == [CodecPeer.Answer.Message(opcode: 10, payload: payload.base64)])
    }

    static let statuses: [CloseStatus?] =
        [nil, CloseStatus(code: .normalClosure, reason: String(repeating: "r", count: 123))]
        + [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 4999].map {
            CloseStatus(code: CloseCode(rawValue: $0), reason: "żółw 🐢")
        }

    @Test("our Close reaches it and its echo us", arguments: [WebSocketRole.client, .server], statuses)
    func ourClose(role: WebSocketRole, status: CloseStatus?) throws {
        try CodecPeer.lend { peer in
            var link = try PeerLink.plain(role, to: peer)
            link.connection.close(status)
            let answer = try link.feed()
            #expect(
                answer.close
                    == CodecPeer.Answer.Close(code: status?.code.rawValue ?? 1005, reason: status?.reason ?? ""))
            #expect(try link.receive(answer) == [.closeReceived(status)])
            #expect(link.connection.shouldCloseTransport == (role == .server))
        }
    }

    @Test("its Close reaches us and our echo it", arguments: [WebSocketRole.client, .server], statuses)
    func itsClose(role: WebSocketRole, status: CloseStatus?) throws {
        try CodecPeer.lend { peer in
            var link = try PeerLink.plain(role, to: peer)
            let close = try link.peer.ask(
                "close",
                ["code": status.map { Int($0.code.rawValue) as Any } ?? NSNull(), "reason": status?.reason ?? ""])
            #expect(try link.receive(close) == [.closeReceived(status)])
            let answer = try link.feed()
            #expect(
                answer.close
                    == CodecPeer.Answer.Close(code: status?.code.rawValue ?? 1005, reason: status?.reason ?? ""))
            #expect(answer.open == false)
        }
    }
}

extension CodecPeer.Answer {
    var received: [Message] {
        (messages ?? []).compactMap { if case .message(let message) = $0 { message } else { nil } }
    }
}
