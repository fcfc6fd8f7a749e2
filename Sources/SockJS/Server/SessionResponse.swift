/// The answer to a request of a session, before its fields are written out: what it depends on and nothing else, so
/// that a server can keep the written form of answers that come again and again.
public struct SessionResponse: Sendable, Hashable {
    private let transport: Transport
    /// Whether the session exists; receivers open it.
    private(set) var isKnown = true
    private let cookie: String?
    private let setsCookie: Bool
    private let allowsOtherOrigins: Bool
    private let origin: String?
    private let requestedHeaders: String?

    init(_ transport: Transport, to request: SockJSRequest, _ options: ServerOptions) {
        self.transport = transport
        let dependsOnOrigin =
            switch transport {
            case .xhr, .xhrStreaming, .xhrSend: options.allowsOtherOrigins
            // sockjs-node lets other origins in here always.
            case .eventsource: true
            case .htmlfile, .jsonp, .jsonpSend, .websocket: false
            }
        allowsOtherOrigins = dependsOnOrigin
        origin = dependsOnOrigin ? request.origin : nil
        requestedHeaders = dependsOnOrigin ? request.requestedHeaders : nil
        setsCookie = options.setsSessionCookie
        cookie = setsCookie ? request.cookie : nil
    }

    /// The answer for a session that does not exist.
    var ofUnknownSession: SessionResponse {
        var other = self
        other.isKnown = false
        return other
    }

    /// Status, fields and body; a receiver's body comes from the session.
    public var response: SockJSResponse {
        guard isKnown else { return .notFound(commonFields) }
        let fields = commonFields
        switch transport {
        case .xhr, .xhrStreaming: return SockJSResponse(status: 200, fields: fields + [ServerFields.script])
        case .htmlfile: return SockJSResponse(status: 200, fields: fields + [ServerFields.html])
        case .jsonp:
            return SockJSResponse(
                status: 200,
                fields: fields + [SockJSResponse.Field("X-Content-Type-Options", "nosniff"), ServerFields.script])
        case .xhrSend: return SockJSResponse(status: 204, fields: fields + [ServerFields.text], body: .none)
        case .jsonpSend:
            return SockJSResponse(
                status: 200, fields: fields + [SockJSResponse.Field("Content-Length", "2"), ServerFields.text],
                body: .sized(Array("ok".utf8)))
        case .eventsource, .websocket: return SockJSResponse(status: 200, fields: fields)
        }
    }

    /// The answer to a request that is wrong.
    func error(_ text: String) -> SockJSResponse { .error(500, text, commonFields) }

    /// The fields of whatever answer.
    private var commonFields: [SockJSResponse.Field] {
        var fields = setsCookie ? [ServerFields.sessionCookie(cookie)] : []
        fields.append(ServerFields.noCache)
        guard allowsOtherOrigins else { return fields }
        guard transport == .eventsource else {
            return fields + ServerFields.crossOrigin(origin, requestedHeaders)
        }
        var crossOrigin = ServerFields.crossOrigin(origin == "null" ? nil : origin, requestedHeaders)
        let type = SockJSResponse.Field("Content-Type", "text/event-stream")
        crossOrigin.insert(type, at: crossOrigin.first?.name == "Access-Control-Allow-Credentials" ? 1 : 0)
        return fields + crossOrigin
    }
}
