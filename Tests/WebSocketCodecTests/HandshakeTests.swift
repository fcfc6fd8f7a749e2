import Testing

@testable import WebSocketCodec

private func lines(_ pairs: [[String]]) -> [HandshakeHeader] {
    pairs.map { HandshakeHeader(name: $0[0], value: $0[1]) }
}

struct ServerHandshakeVector: Decodable, CustomTestStringConvertible {
    var name: String
    var source: String
    var method: String
    var version: String
    var headers: [[String]]
    var subprotocols: [String]?
    var accept: [[String]]?
    var reject: Int?
    var rejectHeaders: [[String]]?
    var body: String?
    var testDescription: String { "\(name) (\(source))" }
}

struct ClientHandshakeVector: Decodable, CustomTestStringConvertible {
    var name: String
    var source: String
    var status: Int
    var headers: [[String]]
    var subprotocols: [String]?
    var violation: String?
    var subprotocol: String?
    var testDescription: String { "\(name) (\(source))" }
}

@Suite("Opening handshake")
struct HandshakeTests {
    static let serverVectors = Result { try Fixtures.load("server-handshakes") as [ServerHandshakeVector] }
    static let clientVectors = Result { try Fixtures.load("client-handshakes") as [ClientHandshakeVector] }

    @Test("the fixtures are there")
    func fixturesLoad() throws {
        #expect(try Self.serverVectors.get().count > 30)
        #expect(try Self.clientVectors.get().count > 20)
    }

    @Test("a server answers requests by RFC 6455 §4.2", arguments: (try? serverVectors.get()) ?? [])
    func server(vector: ServerHandshakeVector) throws {
        let handshake = ServerHandshake(subprotocols: vector.subprotocols ?? [])
        let digits = vector.version.split(separator: ".").compactMap { Int($0) }
        let decision = handshake.evaluate(
            method: vector.method, version: (digits[0], digits[1]), headers: lines(vector.headers))
        switch decision {
        case .accept(let headers, _):
            #expect(headers == vector.accept.map(lines))
        case .reject(let status, let headers, let body):
            #expect(status == vector.reject, "\(body)")
            #expect(headers == lines(vector.rejectHeaders ?? []))
            if let expected = vector.body { #expect(body == expected) }
            #expect(!body.isEmpty)
        }
    }

    @Test("a client judges answers by RFC 6455 §4.1", arguments: (try? clientVectors.get()) ?? [])
    func client(vector: ClientHandshakeVector) throws {
        let handshake = ClientHandshake(key: "dGhlIHNhbXBsZSBub25jZQ==", subprotocols: vector.subprotocols ?? [])
        do throws(HandshakeViolation) {
            let agreement = try handshake.validate(status: vector.status, headers: lines(vector.headers))
            #expect(vector.violation == nil)
            #expect(agreement.subprotocol == vector.subprotocol)
        } catch {
            #expect(error.rule.rawValue == vector.violation, "\(error)")
        }
    }

    @Test("a client's own request is accepted and the answer is valid")
    func roundTrip() throws {
        let client = ClientHandshake(subprotocols: ["a", "b"])
        let request = client.requestHeaders + [HandshakeHeader(name: "Host", value: "localhost")]
        let decision = ServerHandshake(subprotocols: ["b"]).evaluate(method: "GET", version: (1, 1), headers: request)
        guard case .accept(let answer, _) = decision else {
            Issue.record("rejected: \(decision)")
            return
        }
        #expect(try client.validate(status: 101, headers: answer).subprotocol == "b")
    }

    @Test("more headers than the limit are answered with 431")
    func hugeRequest() {
        let headers = (0..<1_000).map {
            HandshakeHeader(name: "Sec-WebSocket-Protocol", value: "p\($0)" + String(repeating: ",", count: 90))
        }
        let decision = ServerHandshake().evaluate(method: "GET", version: (1, 1), headers: headers)
        guard case .reject(431, _, _) = decision else {
            Issue.record("expected 431, got \(decision)")
            return
        }
    }
}

@Suite("Client handshake limits")
struct ClientHandshakeLimitTests {
    @Test("an answer with more headers than the limit is refused, one at the limit is not")
    func hugeAnswer() throws {
        let client = ClientHandshake(key: "dGhlIHNhbXBsZSBub25jZQ==")
        let answer = [
            HandshakeHeader(name: "Upgrade", value: "websocket"),
            HandshakeHeader(name: "Connection", value: "Upgrade"),
            HandshakeHeader(name: "Sec-WebSocket-Accept", value: "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
        ]
        let room = ClientHandshake.maximumHeaderBytes - answer.byteCount - "Set-Cookie".utf8.count
        let cookie = { (count: Int) in
            HandshakeHeader(name: "Set-Cookie", value: String(repeating: "c", count: count))
        }
        _ = try client.validate(status: 101, headers: answer + [cookie(room)])
        #expect {
            try client.validate(status: 101, headers: answer + [cookie(room + 1)])
        } throws: { error in
            (error as? HandshakeViolation)?.rule == .headerBytes
        }
    }
}

@Suite("Handshake key")
struct HandshakeKeyTests {
    @Test("the example of RFC 6455 §1.3")
    func example() {
        #expect(HandshakeKey.accept(for: "dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    }

    @Test("random keys are valid and differ")
    func random() {
        let keys = (0..<50).map { _ in HandshakeKey.random() }
        #expect(keys.allSatisfy(HandshakeKey.isValid))
        #expect(Set(keys).count == 50)
    }

    /// FIPS 180-4 example messages and a long one.
    static let digests: [(message: [UInt8], digest: String)] = [
        (Array("".utf8), "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        (Array("abc".utf8), "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (
            Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8),
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
        ),
        (
            Array(
                "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"
                    .utf8), "a49b2446a02c645bf419f995b67091253a04a259"
        ),
        ([UInt8](repeating: UInt8(ascii: "a"), count: 10_000), "a080cbda64850abb7b7f67ee875ba068074ff6fe"),
    ]

    @Test("SHA-1 gives the digests of FIPS 180-4", arguments: digests)
    func digest(message: [UInt8], digest: String) throws {
        #expect(try SHA1.digest(of: message) == HexBytes(digest).bytes)
    }
}
