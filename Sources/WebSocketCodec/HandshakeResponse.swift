public import NIOCore

/// The head of an answer (RFC 9112 §4).
public struct HandshakeResponse: HandshakeHead, Hashable {
    /// 100–999.
    public var status: Int
    /// Text for people; nothing depends on it.
    public var reason: String
    /// The version of HTTP.
    public var version: HandshakeVersion
    /// The fields in order; repeated ones are kept apart.
    public var headers: [HandshakeHeader]
    /// Whether it is a status of 1xx that announces another answer: all of these but 101 (RFC 9110 §15.2).
    public var isInterim: Bool { status < 200 && status != 101 }

    /// A head.
    public init(
        status: Int, reason: String = "", version: HandshakeVersion = .http11, headers: [HandshakeHeader] = []
    ) {
        self.status = status
        self.reason = reason
        self.version = version
        self.headers = headers
    }

    /// Reads `version SP status SP reason` (RFC 9112 §4); a missing reason may lack its blank.
    public init?(startLine: [UInt8]) {
        let parts = startLine.split(separator: 0x20, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, let version = HandshakeVersion(parts[0]), parts[1].count == 3 else { return nil }
        var status = 0
        for byte in parts[1] {
            guard let digit = byte.digit else { return nil }
            status = status * 10 + digit
        }
        let reason = parts.count > 2 ? parts[2] : []
        guard status >= 100, reason.allSatisfy(\.isFieldContent) else { return nil }
        self.init(status: status, reason: String(decoding: reason, as: UTF8.self), version: version)
    }

    /// The bytes of the head.
    ///
    /// - Throws: the part that can't stand in a head, such as a value with a line break in it.
    public func bytes() throws(HandshakeHeadViolation) -> ByteBuffer {
        guard Self(startLine: Array("\(version) \(status) \(reason)".utf8)) != nil else {
            throw HandshakeHeadViolation(.startLine, at: 0, "expected a version, three digits and a reason")
        }
        return try ByteBuffer(head: "\(version) \(status) \(reason)", headers)
    }
}

extension ClientHandshake {
    /// Judges an answer head that a ``HandshakeHeadReader`` has read.
    ///
    /// - Throws: the first rule it breaks; the connection must then be closed.
    /// - Returns: what was agreed, to make the connection from.
    public func validate(_ response: HandshakeResponse) throws(HandshakeViolation) -> HandshakeAgreement {
        try validate(status: response.status, headers: response.headers)
    }
}

extension ServerHandshake.Decision {
    /// The head of the answer. A rejection's names the length of its text, which is to follow in UTF-8, and that the
    /// connection then ends.
    public var response: HandshakeResponse {
        switch self {
        case .accept(let headers, _):
            return HandshakeResponse(status: 101, reason: "Switching Protocols", headers: headers)
        case .reject(let status, let headers, let body):
            let rest = [
                HandshakeHeader(name: "Content-Type", value: "text/plain; charset=utf-8"),
                HandshakeHeader(name: "Content-Length", value: String(body.utf8.count)),
            ]
            let end =
                headers.contains { $0.name.equalsIgnoringCase("Connection") }
                ? [] : [HandshakeHeader(name: "Connection", value: "close")]
            return HandshakeResponse(status: status, headers: headers + rest + end)
        }
    }
}
