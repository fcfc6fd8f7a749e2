import NIOHTTP1

/// The head of an answer as it goes on, and how its body is delimited.
struct ForwardedHead: Sendable, Equatable {
    /// Status line, fields, and the empty line.
    private(set) var text: [UInt8] = []
    /// Whether its body comes in chunks; else it has the length that the fields tell, or ends with the connection.
    let isChunked: Bool

    init(status: Int, isChunked: Bool, _ appendFields: (inout [UInt8]) -> Void) {
        self.isChunked = isChunked
        text.reserveCapacity(512)
        text.append(fixed: "HTTP/1.1 ")
        text.append(status)
        text.append(fixed: " ")
        text.append(HTTPResponseStatus(statusCode: status).reasonPhrase)
        text.append(fixed: "\r\n")
        appendFields(&text)
        text.append(fixed: "\r\n")
    }
}
