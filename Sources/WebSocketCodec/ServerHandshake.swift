/// Judges the request of an opening handshake and makes the fields of the answer (RFC 6455 §4.2).
public struct ServerHandshake: Sendable {
    /// What to answer.
    public enum Decision: Hashable, Sendable {
        /// Answer 101 with these fields, then speak WebSocket with a connection made from this agreement.
        case accept(headers: [HandshakeHeader], agreement: HandshakeAgreement)
        /// Answer with this status, these fields and this text, and don't upgrade.
        case reject(status: Int, headers: [HandshakeHeader], body: String)
    }

    /// Bytes of names and values a request may have in all; more is answered with 431.
    public static let maximumHeaderBytes = 65_536

    private let subprotocols: [String]
    private let deflate: DeflateServerPolicy?

    /// A server that speaks these subprotocols; the client's order decides among them.
    ///
    /// - Parameters:
    ///   - subprotocols: tokens, compared exactly.
    ///   - deflate: how offers of permessage-deflate are answered; nil declines them all.
    public init(subprotocols: [String] = [], deflate: DeflateServerPolicy? = nil) {
        self.subprotocols = subprotocols
        self.deflate = deflate
    }

    /// Judges a request head. All its header lines are to be given, `Host` among them.
    public func evaluate(
        method: String, version: (major: Int, minor: Int), headers: [HandshakeHeader]
    ) -> Decision {
        guard headers.byteCount <= Self.maximumHeaderBytes else {
            return reject(431, "Expected at most \(Self.maximumHeaderBytes) bytes of headers")
        }
        guard headers.list(of: "Upgrade", has: "websocket"), headers.list(of: "Connection", has: "upgrade") else {
            return reject(400, "Not a valid websocket request")
        }
        guard method == "GET" else {
            return reject(405, "Expected GET", [HandshakeHeader(name: "Allow", value: "GET")])
        }
        guard version.major > 1 || (version.major == 1 && version.minor >= 1) else {
            return reject(400, "Expected HTTP/1.1 or later")
        }
        guard headers.values(of: "Host").count == 1 else { return reject(400, "Expected one Host header") }
        guard headers.values(of: "Sec-WebSocket-Version") == ["13"] else {
            return reject(
                426, "Expected Sec-WebSocket-Version: 13",
                [
                    HandshakeHeader(name: "Upgrade", value: "websocket"),
                    HandshakeHeader(name: "Connection", value: "Upgrade"),
                    HandshakeHeader(name: "Sec-WebSocket-Version", value: "13"),
                ])
        }
        let keys = headers.values(of: "Sec-WebSocket-Key")
        guard keys.count == 1, HandshakeKey.isValid(keys[0]) else {
            return reject(400, "Expected one Sec-WebSocket-Key, the Base64 form of 16 bytes")
        }
        let offered = headers.list(of: "Sec-WebSocket-Protocol")
        guard offered.allSatisfy(\.isToken), Set(offered).count == offered.count else {
            return reject(400, "Expected Sec-WebSocket-Protocol to list distinct tokens")
        }
        guard let extensions = ExtensionElement.parse(headers.values(of: "Sec-WebSocket-Extensions")) else {
            return reject(400, "Expected Sec-WebSocket-Extensions to follow the grammar of RFC 6455 §9.1")
        }
        var answer = [
            HandshakeHeader(name: "Upgrade", value: "websocket"),
            HandshakeHeader(name: "Connection", value: "Upgrade"),
            HandshakeHeader(name: "Sec-WebSocket-Accept", value: HandshakeKey.accept(for: keys[0])),
        ]
        let chosen = offered.first(where: subprotocols.contains)
        if let chosen { answer.append(HandshakeHeader(name: "Sec-WebSocket-Protocol", value: chosen)) }
        let agreed = deflate?.answer(to: extensions)
        if let agreed {
            answer.append(HandshakeHeader(name: "Sec-WebSocket-Extensions", value: agreed.element.description))
        }
        return .accept(
            headers: answer,
            agreement: HandshakeAgreement(role: .server, subprotocol: chosen, deflate: agreed?.parameters))
    }

    private func reject(_ status: Int, _ body: String, _ headers: [HandshakeHeader] = []) -> Decision {
        .reject(status: status, headers: headers, body: body)
    }
}
