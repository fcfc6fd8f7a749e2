/// The client's side of one opening handshake (RFC 6455 §4.1): its key and what it offers.
public struct ClientHandshake: Sendable {
    /// Bytes of names and values an answer may have in all.
    public static let maximumHeaderBytes = ServerHandshake.maximumHeaderBytes

    private let key: String
    private let subprotocols: [String]
    private let deflateOffers: [DeflateOffer]

    /// A handshake with these offers.
    ///
    /// - Parameters:
    ///   - key: the value of `Sec-WebSocket-Key`, sent as given.
    ///   - subprotocols: tokens, the preferred one first.
    ///   - deflateOffers: offers of permessage-deflate, the preferred one first; none by default.
    public init(
        key: String = HandshakeKey.random(), subprotocols: [String] = [], deflateOffers: [DeflateOffer] = []
    ) {
        self.key = key
        self.subprotocols = subprotocols
        self.deflateOffers = deflateOffers
    }

    /// The fields to send with `GET … HTTP/1.1`, beside `Host`.
    public var requestHeaders: [HandshakeHeader] {
        var headers = [
            HandshakeHeader(name: "Upgrade", value: "websocket"),
            HandshakeHeader(name: "Connection", value: "Upgrade"),
            HandshakeHeader(name: "Sec-WebSocket-Key", value: key),
            HandshakeHeader(name: "Sec-WebSocket-Version", value: "13"),
        ]
        if !subprotocols.isEmpty {
            headers.append(
                HandshakeHeader(name: "Sec-WebSocket-Protocol", value: subprotocols.joined(separator: ", ")))
        }
        if !deflateOffers.isEmpty {
            let offers = deflateOffers.map(\.element.description).joined(separator: ", ")
            headers.append(HandshakeHeader(name: "Sec-WebSocket-Extensions", value: offers))
        }
        return headers
    }

    /// Judges the server's answer. Bytes behind its head belong to the WebSocket connection.
    ///
    /// - Throws: the first rule it breaks; the connection must then be closed.
    /// - Returns: what was agreed, to make the connection from.
    public func validate(
        status: Int, headers: [HandshakeHeader]
    ) throws(HandshakeViolation) -> HandshakeAgreement {
        guard headers.byteCount <= Self.maximumHeaderBytes else {
            throw HandshakeViolation(
                .headerBytes, "expected at most \(Self.maximumHeaderBytes) bytes of headers, got \(headers.byteCount)")
        }
        guard status == 101 else {
            throw HandshakeViolation(.status, "expected status 101, got \(status)")
        }
        let upgrade = headers.values(of: "Upgrade")
        guard upgrade.count == 1, upgrade[0].equalsIgnoringCase("websocket") else {
            throw HandshakeViolation(.upgrade, "expected one Upgrade: websocket, got \(shown(upgrade))")
        }
        guard headers.list(of: "Connection", has: "upgrade") else {
            throw HandshakeViolation(
                .connection, "expected Connection: Upgrade, got \(shown(headers.values(of: "Connection")))")
        }
        let expected = HandshakeKey.accept(for: key)
        let accept = headers.values(of: "Sec-WebSocket-Accept")
        guard accept == [expected] else {
            throw HandshakeViolation(
                .accept, "expected one Sec-WebSocket-Accept: \(expected) for the key \(key), got \(shown(accept))")
        }
        return HandshakeAgreement(
            role: .client, subprotocol: try subprotocol(in: headers), deflate: try deflate(in: headers))
    }

    private func deflate(in headers: [HandshakeHeader]) throws(HandshakeViolation) -> DeflateParameters? {
        let lines = headers.values(of: "Sec-WebSocket-Extensions")
        guard let elements = ExtensionElement.parse(lines) else {
            throw HandshakeViolation(.extensions, "expected the grammar of RFC 6455 §9.1, got \(shown(lines))")
        }
        guard let element = elements.first else { return nil }
        let offered = deflateOffers.map(\.element.description)
        guard elements.count == 1, element.name == DeflateParameters.extensionName,
            let answer = DeflateAnswer(element),
            let agreed = deflateOffers.lazy.compactMap({ $0.agreement(with: answer) }).first
        else {
            throw HandshakeViolation(.extensions, "expected an answer to \(shown(offered)), got \(shown(lines))")
        }
        return agreed
    }

    private func subprotocol(in headers: [HandshakeHeader]) throws(HandshakeViolation) -> String? {
        let chosen = headers.values(of: "Sec-WebSocket-Protocol")
        if chosen.isEmpty { return nil }
        guard chosen.count == 1, subprotocols.contains(chosen[0]) else {
            throw HandshakeViolation(
                .subprotocol, "expected at most one of \(shown(subprotocols)), got \(shown(chosen))")
        }
        return chosen[0]
    }

    private func shown(_ values: [String]) -> String {
        values.isEmpty ? "none" : values.map { "\"\($0.prefix(200))\"" }.joined(separator: ", ")
    }
}
