public import NIOHTTP1
public import WebSocketCodec

extension ServerHandshake {
    /// Judges a request head of NIOHTTP1 (RFC 6455 §4.2).
    public func evaluate(_ request: HTTPRequestHead) -> Decision {
        evaluate(
            method: request.method.rawValue, version: (request.version.major, request.version.minor),
            headers: Array(request.headers))
    }
}

extension ServerHandshake.Decision {
    /// The head of the answer. A rejection's names the length of its text, which is to follow in UTF-8, and that the
    /// connection then ends.
    public var responseHead: HTTPResponseHead {
        let response = response
        return HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: response.status),
            headers: HTTPHeaders(response.headers))
    }
}
