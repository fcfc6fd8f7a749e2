/// Why bytes are no message; nothing behind them on the connection can be trusted.
package enum HTTPSyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The first line is not method, target and version with one blank between them.
    case requestLine
    /// The first line is not version and three digits with one blank between them.
    case statusLine
    /// The version is neither HTTP/1.0 nor HTTP/1.1.
    case version
    /// A line ends with a line feed alone.
    case bareLineFeed
    /// A field's name is empty, has a byte that is no token's, or a blank before the colon.
    case fieldName
    /// A field's value has a control byte.
    case fieldValue
    /// A line begins with a blank: the folding that RFC 9112 §5.2 forbids.
    case foldedField
    /// More than one `Host`.
    case host
    /// `Content-Length` is no number, or there twice.
    case contentLength
    /// `Content-Length` is too large a number.
    case contentTooLong
    /// Both `Content-Length` and `Transfer-Encoding`, of which two readers may choose differently.
    case twoLengths
    /// `Transfer-Encoding` is not `chunked` alone.
    case transferEncoding
    /// `Transfer-Encoding` stands in HTTP/1.0, whose readers don't know it.
    case transferEncodingInHTTP10
    /// The size of a chunk is no hexadecimal number, too large, or its line too long.
    case chunkSize
    /// A chunk is longer than its size.
    case chunkEnd
    /// The head is longer than allowed.
    case headTooLong
    /// The fields behind the last chunk are longer than allowed.
    case trailerTooLong

    /// The connection ended within a message.
    case cutShort

    /// The status that answers a request with it.
    package var status: Int {
        switch self {
        case .contentTooLong: 413
        case .headTooLong, .trailerTooLong: 431
        case .transferEncoding: 501
        case .version: 505
        default: 400
        }
    }

    /// What was expected.
    package var description: String {
        switch self {
        case .requestLine: "expected a method, a target and a version, one blank between them"
        case .statusLine: "expected a version and a status of three digits, one blank between them"
        case .version: "expected HTTP/1.1 or HTTP/1.0"
        case .bareLineFeed: "expected every line to end with CR LF, got LF alone"
        case .fieldName: "expected a field name and a colon"
        case .fieldValue: "expected no control bytes in a field"
        case .foldedField: "expected every field on one line, got a line that begins with a blank"
        case .host: "expected one Host"
        case .contentLength: "expected one Content-Length of digits"
        case .contentTooLong: "expected a Content-Length of at most 18 digits"
        case .twoLengths: "expected Content-Length or Transfer-Encoding, got both"
        case .transferEncoding: "expected no Transfer-Encoding but chunked"
        case .transferEncodingInHTTP10: "expected no Transfer-Encoding in HTTP/1.0"
        case .chunkSize: "expected the size of a chunk in at most 15 hexadecimal digits"
        case .chunkEnd: "expected CR LF behind a chunk"
        case .headTooLong: "expected at most 64 KiB of header fields"
        case .cutShort: "expected more, got the end of the connection"
        case .trailerTooLong: "expected at most 64 KiB of trailer fields"
        }
    }
}
