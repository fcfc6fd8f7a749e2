import NIOCore
import Testing

@testable import WebSocketCodec

struct DeflateOfferVector: Decodable, CustomTestStringConvertible {
    struct Policy: Decodable {
        var serverMaxWindowBits: Int?
        var clientMaxWindowBits: Int?
    }

    var items: [Int]
    var name: String
    var source: String
    var lines: [String]
    /// The element of the answer, nil for a decline, `400` for a rejected request.
    var answer: String?
    var policy: Policy?
    var testDescription: String { "\(name) (\(source))" }
}

struct DeflateAnswerVector: Decodable, CustomTestStringConvertible {
    struct Offer: Decodable {
        var serverNoContextTakeover: Bool?
        var clientNoContextTakeover: Bool?
        var serverMaxWindowBits: Int?
        var clientMaxWindowBits: String?

        var offer: DeflateOffer {
            let window: DeflateOffer.ClientWindow =
                switch clientMaxWindowBits {
                case "negotiable": .negotiable
                case let text?: Int(text).map { .atMost($0) } ?? .notOffered
                case nil: .notOffered
                }
            return DeflateOffer(
                serverNoContextTakeover: serverNoContextTakeover ?? false,
                clientNoContextTakeover: clientNoContextTakeover ?? false, serverMaxWindowBits: serverMaxWindowBits,
                clientMaxWindowBits: window)
        }
    }

    /// What the client is to make of the answer; absent in the vector: it must fail.
    enum Agreed: Decodable {
        case declined
        case parameters(DeflateParameterVector)

        init(from decoder: any Decoder) throws {
            if let parameters = try? DeflateParameterVector(from: decoder) {
                self = .parameters(parameters)
            } else {
                self = .declined
            }
        }

        var parameters: DeflateParameters? {
            if case .parameters(let vector) = self { vector.parameters } else { nil }
        }
    }

    var items: [Int]
    var name: String
    var source: String
    var offers: [Offer]
    var lines: [String]
    var agreed: Agreed?
    var testDescription: String { "\(name) (\(source))" }
}

struct DeflateParameterVector: Decodable {
    var serverNoContextTakeover: Bool?
    var clientNoContextTakeover: Bool?
    var serverMaxWindowBits: Int?
    var clientMaxWindowBits: Int?

    var parameters: DeflateParameters {
        DeflateParameters(
            serverNoContextTakeover: serverNoContextTakeover ?? false,
            clientNoContextTakeover: clientNoContextTakeover ?? false, serverMaxWindowBits: serverMaxWindowBits ?? 15,
            clientMaxWindowBits: clientMaxWindowBits ?? 15)
    }
}

@Suite("permessage-deflate negotiation")
struct DeflateNegotiationTests {
    static let offers = Result { try Fixtures.load("deflate-offers") as [DeflateOfferVector] }
    static let answers = Result { try Fixtures.load("deflate-answers") as [DeflateAnswerVector] }
    static let key = "dGhlIHNhbXBsZSBub25jZQ=="

    @Test("the fixtures are there")
    func fixturesLoad() throws {
        #expect(try Self.offers.get().count > 60)
        #expect(try Self.answers.get().count > 50)
    }

    private static func decide(_ lines: [String], _ policy: DeflateServerPolicy?) -> ServerHandshake.Decision {
        let request =
            ClientHandshake(key: key).requestHeaders + [HandshakeHeader(name: "Host", value: "localhost")]
            + lines.map { HandshakeHeader(name: "sec-websocket-extensions", value: $0) }
        return ServerHandshake(deflate: policy).evaluate(method: "GET", version: (1, 1), headers: request)
    }

    @Test("a server answers, declines or rejects", arguments: (try? offers.get()) ?? [])
    func offer(vector: DeflateOfferVector) {
        let policy = DeflateServerPolicy(
            serverMaxWindowBits: vector.policy?.serverMaxWindowBits ?? 15,
            clientMaxWindowBits: vector.policy?.clientMaxWindowBits ?? 15)
        switch Self.decide(vector.lines, policy) {
        case .accept(let headers, _):
            #expect(headers.values(of: "Sec-WebSocket-Extensions") == (vector.answer.map { [$0] } ?? []))
        case .reject(let status, _, _):
            #expect(vector.answer == "\(status)")
        }
    }

    @Test("a server without a policy declines every offer", arguments: (try? offers.get()) ?? [])
    func noPolicy(vector: DeflateOfferVector) {
        guard case .accept(let headers, _) = Self.decide(vector.lines, nil) else { return }
        #expect(headers.values(of: "Sec-WebSocket-Extensions").isEmpty)
    }

    @Test("a client takes an answer to its offer and fails on any other", arguments: (try? answers.get()) ?? [])
    func answer(vector: DeflateAnswerVector) {
        let handshake = ClientHandshake(key: Self.key, deflateOffers: vector.offers.map(\.offer))
        let headers =
            [
                HandshakeHeader(name: "Upgrade", value: "websocket"),
                HandshakeHeader(name: "Connection", value: "Upgrade"),
                HandshakeHeader(name: "Sec-WebSocket-Accept", value: HandshakeKey.accept(for: Self.key)),
            ] + vector.lines.map { HandshakeHeader(name: "Sec-WebSocket-Extensions", value: $0) }
        do throws(HandshakeViolation) {
            let agreement = try handshake.validate(status: 101, headers: headers)
            #expect(vector.agreed != nil, "expected a failure")
            #expect(agreement.deflate == vector.agreed?.parameters)
        } catch {
            #expect(vector.agreed == nil, "\(error)")
            #expect(error.rule == .extensions)
        }
    }

    static let ownOffers: [DeflateOffer] = [
        DeflateOffer(), DeflateOffer(clientMaxWindowBits: .notOffered),
        DeflateOffer(serverNoContextTakeover: true, clientNoContextTakeover: true),
        DeflateOffer(serverMaxWindowBits: 8, clientMaxWindowBits: .atMost(8)),
        DeflateOffer(serverMaxWindowBits: 15, clientMaxWindowBits: .atMost(15)),
    ]
    static let policies: [DeflateServerPolicy] = [
        DeflateServerPolicy(), DeflateServerPolicy(serverMaxWindowBits: 10, clientMaxWindowBits: 9),
        DeflateServerPolicy(serverNoContextTakeover: true, clientNoContextTakeover: true),
    ]

    @Test("whatever our client offers and our server answers, both agree", arguments: ownOffers, policies)
    func bothEnds(offer: DeflateOffer, policy: DeflateServerPolicy) throws {
        let client = ClientHandshake(deflateOffers: [offer])
        let request = client.requestHeaders + [HandshakeHeader(name: "Host", value: "localhost")]
        let decision = ServerHandshake(deflate: policy).evaluate(method: "GET", version: (1, 1), headers: request)
        guard case .accept(let answer, _) = decision else {
            Issue.record("rejected: \(decision)")
            return
        }
        let agreed = try #require(try client.validate(status: 101, headers: answer).deflate)
        let servers = try #require(decision.agreement?.deflate)
        #expect(servers.serverMaxWindowBits == agreed.serverMaxWindowBits)
        #expect(servers.serverNoContextTakeover == agreed.serverNoContextTakeover)
        #expect(servers.clientMaxWindowBits >= agreed.clientMaxWindowBits)
        #expect(agreed.clientNoContextTakeover || !servers.clientNoContextTakeover)
    }

    @Test("what a server hands over is what its answer says", arguments: ownOffers, policies)
    func handedOver(offer: DeflateOffer, policy: DeflateServerPolicy) throws {
        let decision = Self.decide([offer.element.description], policy)
        guard case .accept(let headers, let agreement) = decision else {
            Issue.record("rejected: \(decision)")
            return
        }
        let elements = try #require(ExtensionElement.parse(headers.values(of: "Sec-WebSocket-Extensions")))
        let answer = try #require(elements.first.flatMap(DeflateAnswer.init))
        #expect(agreement.role == .server)
        #expect(
            agreement.deflate
                == DeflateParameters(
                    serverNoContextTakeover: answer.serverNoContextTakeover,
                    clientNoContextTakeover: answer.clientNoContextTakeover,
                    serverMaxWindowBits: answer.serverMaxWindowBits ?? 15,
                    clientMaxWindowBits: answer.clientMaxWindowBits ?? 15))
    }

    @Test("connections made from what was agreed compress and understand each other", arguments: ownOffers, policies)
    func connections(offer: DeflateOffer, policy: DeflateServerPolicy) throws {
        let handshake = ClientHandshake(deflateOffers: [offer])
        let request = handshake.requestHeaders + [HandshakeHeader(name: "Host", value: "localhost")]
        let decision = ServerHandshake(deflate: policy).evaluate(method: "GET", version: (1, 1), headers: request)
        guard case .accept(let answer, let agreement) = decision else {
            Issue.record("rejected: \(decision)")
            return
        }
        var client = WebSocketConnection(try handshake.validate(status: 101, headers: answer))
        var server = WebSocketConnection(agreement)
        let message = ByteBuffer(repeating: 0x61, count: 1_000)
        for _ in 1...2 {
            try client.sendBinary(message)
            let sent = client.takeOutput() ?? ByteBuffer()
            #expect(sent.readableBytes < 100, "it is compressed")
            server.receive(sent)
            #expect(server.nextEvent() == .binary(message))
            try server.sendBinary(message)
            client.receive(server.takeOutput() ?? ByteBuffer())
            #expect(client.nextEvent() == .binary(message))
        }
    }

    @Test("a huge list of offers is judged in one pass")
    func hugeList() {
        let line = Array(repeating: "permessage-deflate; foo=\"\\\\\\\\\"", count: 1_900).joined(separator: ",")
        #expect(line.utf8.count > 50_000)
        guard case .accept(let headers, _) = Self.decide([line], DeflateServerPolicy()) else {
            Issue.record("rejected")
            return
        }
        #expect(headers.values(of: "Sec-WebSocket-Extensions").isEmpty)
    }
}
