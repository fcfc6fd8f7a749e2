import History
import Testing
import Wire

@testable import Fleet

@Suite("The literal peer reads what a balancer may send, and no more")
struct LiteralWebSocketPeerTests {
    typealias Answer = AnsweringServer.Answer

    static func peer(
        _ answer: Answer, _ body: (LiteralWebSocketPeer, AnsweringServer, HistoryRecorder) async throws -> Void
    ) async throws {
        try await AnsweringServer.running([answer]) { server, client, recorder async throws in
            let peer = try await LiteralWebSocketPeer.open(client, target: "/x", session: "s", within: long)
            try await body(peer, server, recorder)
            await peer.close()
        }
    }

    @Test("Its handshake is that of RFC 6455 §1.3")
    func handshake() async throws {
        try await Self.peer(.upgraded()) { peer, server, _ async throws in
            #expect(peer.response.status == 101)
            #expect(peer.response.nodeID == "n1")
            #expect(peer.response.values(of: "sec-websocket-accept") == [LiteralWebSocketPeer.accept])
            #expect(server.requests.first?.contains("\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n") == true)
        }
    }

    @Test(
        "A refusal has its body, in whatever framing it comes",
        arguments: [
            Answer("HTTP/1.1 403 Forbidden\r\nX: y\r\nContent-Length: 7\r\n\r\nrefused"),
            Answer(
                "HTTP/1.1 403 Forbidden\r\nX: y\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nref\r\n4;a=b\r\nused\r\n0\r\n\r\n"
            ),
            Answer("HTTP/1.1 403 Forbidden\r\nX: y\r\nConnection: close\r\n\r\nrefused").closing,
            Answer(
                "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 403 Forbidden\r\nx: y\r\nContent-Length: 7\r\n\r\nrefused"),
        ])
    func refusal(_ answer: Answer) async throws {
        try await Self.peer(answer) { peer, _, recorder async throws in
            #expect(peer.response.status == 403)
            #expect(peer.response.values(of: "x") == ["y"])
            #expect(peer.response.body == "refused")
            #expect(recorder.history.events.contains { $0.kind == .responseReceived(peer.response) })
        }
    }

    @Test(
        "An answer that can't be read is malformed or cut, and recorded so",
        arguments: [
            (Answer("HTTP/1.1 403 Forbidden\r\nContent-Length: -7\r\n\r\nrefused"), RequestFailure.malformed),
            (Answer("HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n-3\r\nref\r\n"), .malformed),
            (Answer("HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n"), .malformed),
            (Answer("HTTP/1.1 403 Forbidden\r\nContent-Length: 7\r\n\r\nref").closing, .closedEarly),
            (Answer("nonsense\r\n\r\n"), .malformed),
            (Answer("").closing, .closedEarly),
        ])
    func unreadable(_ answer: Answer, _ failure: RequestFailure) async throws {
        try await AnsweringServer.running([answer]) { _, client, recorder async throws in
            await #expect(throws: WireError.self) {
                try await LiteralWebSocketPeer.open(client, target: "/x", session: "s", within: long)
            }
            let failures = recorder.history.events.compactMap { event -> RequestFailure? in
                if case .requestFailed(let failed) = event.kind { return failed.failure }
                return nil
            }
            #expect(failures == [failure])
        }
    }

    static let big = Array(repeating: UInt8(ascii: "x"), count: 70_000)

    @Test(
        "A message is whole, in whatever frames it comes",
        arguments: [
            (Answer.text("hello"), Array("hello".utf8)),
            ([0x01, 2, 0x68, 0x65, 0x80, 3, 0x6c, 0x6c, 0x6f], Array("hello".utf8)),
            ([0x01, 2, 0x68, 0x65, 0x89, 1, 0, 0x00, 0, 0x80, 3, 0x6c, 0x6c, 0x6f], Array("hello".utf8)),
            ([0x8a, 0] + Answer.text("hello"), Array("hello".utf8)),
            ([0x82, 0], []),
            ([0x82, 126, 0, 200] + Array(repeating: 7, count: 200), Array(repeating: 7, count: 200)),
            ([0x82, 127, 0, 0, 0, 0, 0, 1, 0x11, 0x70] + big, big),
        ] as [([UInt8], [UInt8])])
    func messages(_ frames: [UInt8], _ payload: [UInt8]) async throws {
        try await Self.peer(.upgraded(frames)) { peer, _, recorder async throws in
            let frame = try await peer.readMessage(within: long, number: 1)
            #expect(frame.payload == payload)
            #expect(
                recorder.history.events.last?.kind
                    == .messageReceived(
                        Message(
                            session: "s", epoch: 1, number: 1, payload: PayloadDigest.excerpt(of: payload),
                            bytes: payload.count, digest: PayloadDigest.of(payload))))
        }
    }

    @Test(
        "Frames that no balancer may make are refused",
        arguments: [
            [0x80, 0], [0x01, 1, 0x68, 0x81, 1, 0x69], [0x81, 0x81, 1, 2, 3, 4, 5],
            [0x82, 127, 0, 0, 0, 1, 0, 0, 0, 0],
            [0x82, 127, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff], [0x88, 0],
        ] as [[UInt8]])
    func broken(_ frames: [UInt8]) async throws {
        try await Self.peer(.upgraded(frames)) { peer, _, recorder async throws in
            await #expect(throws: WireError.self) { try await peer.readMessage(within: long) }
            #expect(
                !recorder.history.events.contains {
                    if case .messageReceived = $0.kind { return true }
                    return false
                })
        }
    }
}
