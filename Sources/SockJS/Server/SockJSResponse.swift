/// An answer of a SockJS server: status, header fields in the order and case of sockjs-node, and the body.
///
/// The HTTP layer adds what frames the message (`Transfer-Encoding`, `Connection`) and `Date`.
public struct SockJSResponse: Sendable, Hashable {
    /// A header field.
    public struct Field: Sendable, Hashable {
        /// The name as sockjs-node spells it.
        public var name: String
        /// The value.
        public var value: String

        /// A field.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// How the body is framed.
    public enum Body: Sendable, Hashable {
        /// There is none: status 204 or 304.
        case none
        /// These bytes; the fields hold their `Content-Length`.
        case sized([UInt8])
        /// Without a length: one chunk (none if empty), or up to the end of the connection in HTTP/1.0.
        case unsized([UInt8])
    }

    /// The status code.
    public var status: Int
    /// The header fields.
    public var fields: [Field]
    /// The body.
    public var body: Body

    /// An answer.
    public init(status: Int, fields: [Field] = [], body: Body = .unsized([])) {
        self.status = status
        self.fields = fields
        self.body = body
    }

    /// The answer to a path or a session that does not exist, behind the fields that were set before.
    static func notFound(_ fields: [Field] = []) -> SockJSResponse {
        SockJSResponse(
            status: 404, fields: fields + [Field("content-type", "text/plain; charset=UTF-8")],
            body: .unsized(Array("404 Error: Page not found\n".utf8)))
    }

    static func methodNotAllowed(_ methods: String) -> SockJSResponse {
        SockJSResponse(status: 405, fields: [Field("Allow", methods)])
    }

    static func error(_ status: Int, _ text: String, _ fields: [Field] = []) -> SockJSResponse {
        SockJSResponse(status: status, fields: fields, body: .unsized(Array(text.utf8)))
    }
}
