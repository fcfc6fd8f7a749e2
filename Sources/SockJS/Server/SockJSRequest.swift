/// What a SockJS server reads of an HTTP request.
public struct SockJSRequest: Sendable, Hashable {
    /// `GET`, `POST`, `OPTIONS`, …
    public var method: String
    /// The request target in origin form: path and query.
    public var target: String
    /// `Origin`.
    public var origin: String?
    /// `Access-Control-Request-Headers`.
    public var requestedHeaders: String?
    /// `Cookie`.
    public var cookie: String?
    /// `Content-Type`.
    public var contentType: String?
    /// `If-None-Match`.
    public var ifNoneMatch: String?
    /// The whole body; needed for `xhr_send` and `jsonp_send` only.
    public var body: [UInt8]

    /// A request; fields it does not have are nil.
    public init(
        method: String, target: String, origin: String? = nil, requestedHeaders: String? = nil, cookie: String? = nil,
        contentType: String? = nil, ifNoneMatch: String? = nil, body: [UInt8] = []
    ) {
        self.method = method
        self.target = target
        self.origin = origin
        self.requestedHeaders = requestedHeaders
        self.cookie = cookie
        self.contentType = contentType
        self.ifNoneMatch = ifNoneMatch
        self.body = body
    }

    /// The target without its query.
    var path: Substring {
        Substring(target.utf8.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") })
    }

    /// The values of the query's parameters of this name.
    func query(_ name: StaticString) -> [String] {
        var target = target
        return target.withUTF8 { bytes in
            guard let mark = bytes.firstIndex(of: UInt8(ascii: "?")) else { return [] }
            let fields = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[(mark + 1)...]))
            return FormFields.values(of: name, in: fields).map { String(decoding: $0, as: UTF8.self) }
        }
    }

    /// The media type as sockjs-node reads it: up to a semicolon, case and blanks kept.
    var mediaType: Substring { contentType.map { Substring($0.utf8.prefix { $0 != UInt8(ascii: ";") }) } ?? "" }
}
