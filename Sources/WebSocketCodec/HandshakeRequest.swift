public import NIOCore

/// The head of a request (RFC 9112 §3).
public struct HandshakeRequest: HandshakeHead, Hashable {
    /// A token such as `GET`.
    public var method: String
    /// The target, usually a path with its query; visible ASCII.
    public var target: String
    /// The version of HTTP.
    public var version: HandshakeVersion
    /// The fields in order; repeated ones are kept apart.
    public var headers: [HandshakeHeader]
    /// No head comes before a request.
    public var isInterim: Bool { false }

    /// A head.
    public init(method: String, target: String, version: HandshakeVersion = .http11, headers: [HandshakeHeader] = []) {
        self.method = method
        self.target = target
        self.version = version
        self.headers = headers
    }

    /// Reads `method SP target SP version`, with single blanks (RFC 9112 §3).
    public init?(startLine: [UInt8]) {
        let parts = startLine.split(separator: 0x20, maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, parts[0].allSatisfy(\.isTokenCharacter), !parts[1].isEmpty,
            parts[1].allSatisfy({ $0 > 0x20 && $0 < 0x7F }), let version = HandshakeVersion(parts[2])
        else { return nil }
        self.init(
            method: String(decoding: parts[0], as: UTF8.self), target: String(decoding: parts[1], as: UTF8.self),
            version: version)
    }

    /// The bytes of the head.
    ///
    /// - Throws: the part that can't stand in a head, such as a value with a line break in it.
    public func bytes() throws(HandshakeHeadViolation) -> ByteBuffer {
        guard let line = Self(startLine: Array("\(method) \(target) \(version)".utf8)), line.method == method else {
            throw HandshakeHeadViolation(
                .startLine, at: 0, "expected a token, a target and a version of one digit each")
        }
        return try ByteBuffer(head: "\(method) \(target) \(version)", headers)
    }
}

extension ServerHandshake {
    /// Judges a request head that a ``HandshakeHeadReader`` has read.
    public func evaluate(_ request: HandshakeRequest) -> Decision {
        evaluate(
            method: request.method, version: (request.version.major, request.version.minor), headers: request.headers)
    }
}

extension ClientHandshake {
    /// The request to send.
    ///
    /// - Parameters:
    ///   - target: the path and the query.
    ///   - host: the value of `Host`, with the port unless it is the scheme's own.
    ///   - headers: further fields, such as `Origin` or `Cookie`.
    public func request(target: String, host: String, headers: [HandshakeHeader] = []) -> HandshakeRequest {
        HandshakeRequest(
            method: "GET", target: target,
            headers: [HandshakeHeader(name: "Host", value: host)] + requestHeaders + headers)
    }
}

extension ByteBuffer {
    /// A head with this first line; each field is checked.
    init(head line: String, _ headers: [HandshakeHeader]) throws(HandshakeHeadViolation) {
        self.init()
        writeString(line)
        writeStaticString("\r\n")
        for header in headers {
            guard header.name.isToken, header.value.utf8.allSatisfy(\.isFieldContent) else {
                throw HandshakeHeadViolation(
                    .field, at: UInt64(readableBytes), "expected a token and a value without control characters")
            }
            writeString(header.name)
            writeStaticString(": ")
            writeString(header.value)
            writeStaticString("\r\n")
        }
        writeStaticString("\r\n")
    }
}
