public import NIOHTTP1
public import WebSocketCodec

extension ClientHandshake {
    /// The request to send (RFC 6455 §4.1).
    ///
    /// - Parameters:
    ///   - uri: the path and the query.
    ///   - host: the value of `Host`, with the port unless it is the scheme's own.
    ///   - headers: further fields, such as `Origin` or `Cookie`.
    public func requestHead(uri: String, host: String, headers: HTTPHeaders = [:]) -> HTTPRequestHead {
        HTTPRequestHead(
            version: .http1_1, method: .GET, uri: uri,
            headers: HTTPHeaders(request(target: uri, host: host, headers: Array(headers)).headers))
    }

    /// Judges an answer head of NIOHTTP1 (RFC 6455 §4.1).
    ///
    /// - Throws: the first rule it breaks; the connection must then be closed.
    /// - Returns: what was agreed, to make the connection from.
    public func validate(_ response: HTTPResponseHead) throws(HandshakeViolation) -> HandshakeAgreement {
        try validate(status: Int(response.status.code), headers: Array(response.headers))
    }
}
