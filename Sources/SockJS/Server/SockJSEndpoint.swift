/// The URLs of one SockJS service: says what to do with a request, byte for byte as sockjs-node 0.3.24 would.
///
/// Its `chunking_test`, which no client since 0.3 asks for, is left out.
public struct SockJSEndpoint: Sendable {
    /// How the service is set up.
    public let options: ServerOptions
    private let page: IframePage

    /// The endpoint of a service.
    public init(_ options: ServerOptions) {
        self.options = options
        self.page = IframePage(clientURL: options.clientURL)
    }

    /// Whether the body of a request to this path is needed whole.
    public static func needsBody(_ target: String) -> Bool {
        let transport = SessionPath.transport(of: target)
        return transport == .xhrSend || transport == .jsonpSend
    }

    /// What to do with a request; nil if it is not below the prefix. `entropy` must differ from call to call; it is
    /// asked for only where the answer tells it.
    public func answer(
        _ request: SockJSRequest, at now: HTTPDate, entropy: @autoclosure () -> UInt32
    ) -> SockJSAnswer? {
        if let session = SessionPath(parsing: request.target), session.prefix == options.prefix {
            return answer(request, session, now)
        }
        guard request.target.hasPrefix(options.prefix) else { return nil }
        let slash = UInt8(ascii: "/")
        var path = Substring(request.path.utf8.dropFirst(options.prefix.utf8.count))
        guard path.isEmpty || path.utf8.first == slash else { return nil }
        if path.isEmpty, request.target.utf8.count > options.prefix.utf8.count { return nil }
        if path.utf8.last == slash { path = Substring(path.utf8.dropLast()) }
        switch path {
        case "": return .respond(only("GET", request) ?? greeting())
        case "/info": return .respond(info(request, now, entropy()))
        case "/websocket": return webSocket(request, session: nil, now)
        case _ where IframePage.isNamed(path): return .respond(only("GET", request) ?? iframe(request, now))
        default:
            guard path.utf8.last != slash, let session = SessionPath(parsing: String(path)), session.prefix.isEmpty
            else {
                return .respond(.notFound())
            }
            return answer(request, session, now)
        }
    }

    private func answer(_ request: SockJSRequest, _ path: SessionPath, _ now: HTTPDate) -> SockJSAnswer {
        switch path.transport {
        case .websocket: return webSocket(request, session: path.session, now)
        case .xhr, .xhrStreaming, .xhrSend:
            if request.method == "OPTIONS" { return .respond(preflight(request, "OPTIONS, POST", now)) }
            if request.method != "POST" { return .respond(.methodNotAllowed("POST, OPTIONS")) }
        case .jsonpSend: if let refusal = only("POST", request) { return .respond(refusal) }
        case .eventsource, .htmlfile, .jsonp: if let refusal = only("GET", request) { return .respond(refusal) }
        }
        let response = SessionResponse(path.transport, to: request, options)
        switch path.transport {
        case .websocket: return webSocket(request, session: path.session, now)
        case .xhr: return .receive(session: path.session, head: response, encoding: .poll)
        case .xhrStreaming: return .receive(session: path.session, head: response, encoding: .stream)
        case .eventsource: return .receive(session: path.session, head: response, encoding: .eventSource)
        case .htmlfile, .jsonp: return script(request, path, response)
        case .xhrSend, .jsonpSend: return send(request, path, response)
        }
    }

    // MARK: Answers that need no session

    private func only(_ method: String, _ request: SockJSRequest) -> SockJSResponse? {
        request.method == method ? nil : .methodNotAllowed(method)
    }

    private func greeting() -> SockJSResponse {
        SockJSResponse(
            status: 200, fields: [SockJSResponse.Field("content-type", "text/plain; charset=UTF-8")],
            body: .unsized(Array("Welcome to SockJS!\n".utf8)))
    }

    private func info(_ request: SockJSRequest, _ now: HTTPDate, _ entropy: UInt32) -> SockJSResponse {
        if request.method == "OPTIONS" { return preflight(request, "OPTIONS, GET", now) }
        if request.method != "GET" { return .methodNotAllowed("OPTIONS, GET") }
        var info = options.info
        info.entropy = entropy
        return SockJSResponse(
            status: 200,
            fields: crossOrigin(request) + [
                ServerFields.noCache, SockJSResponse.Field("Content-Type", "application/json; charset=UTF-8"),
            ], body: .unsized(Array(info.text.utf8)))
    }

    private func iframe(_ request: SockJSRequest, _ now: HTTPDate) -> SockJSResponse {
        if request.ifNoneMatch == page.entityTag {
            return SockJSResponse(status: 304, fields: ServerFields.cached(from: now), body: .none)
        }
        return SockJSResponse(
            status: 200,
            fields: [ServerFields.html, SockJSResponse.Field("ETag", page.entityTag)] + ServerFields.cached(from: now)
                + [SockJSResponse.Field("Content-Length", "\(page.bytes.count)")], body: .sized(page.bytes))
    }

    private func preflight(_ request: SockJSRequest, _ methods: String, _ now: HTTPDate) -> SockJSResponse {
        let cookie = options.setsSessionCookie ? [ServerFields.sessionCookie(request.cookie)] : []
        return SockJSResponse(
            status: 204,
            fields: cookie + crossOrigin(request) + ServerFields.cached(from: now) + [
                SockJSResponse.Field("Access-Control-Allow-Methods", methods),
                SockJSResponse.Field("Access-Control-Max-Age", "\(ServerFields.year)"),
            ], body: .none)
    }

    private func crossOrigin(_ request: SockJSRequest) -> [SockJSResponse.Field] {
        options.allowsOtherOrigins ? ServerFields.crossOrigin(request.origin, request.requestedHeaders) : []
    }

    private func webSocket(_ request: SockJSRequest, session: String?, _ now: HTTPDate) -> SockJSAnswer {
        if let refusal = only("GET", request) { return .respond(refusal) }
        // Caches may keep this 404 for a year, as they may sockjs-node's.
        return options.offersWebSocket
            ? .webSocket(session: session) : .respond(.notFound(ServerFields.cached(from: now)))
    }

    /// The answer to a request for WebSocket that does not ask to upgrade.
    public static let notAWebSocketRequest = SockJSResponse.error(400, "Not a valid websocket request")

    // MARK: Sessions

    private func script(
        _ request: SockJSRequest, _ path: SessionPath, _ response: SessionResponse
    ) -> SockJSAnswer {
        let named = request.query("c")
        let values = named.isEmpty ? request.query("callback") : named
        guard let callback = values.first else {
            return .respond(response.error("\"callback\" parameter required"))
        }
        let isJSONP = path.transport == .jsonp
        guard values.count == 1, callback.utf8.allSatisfy(Self.isCallbackByte), !isJSONP || callback.utf8.count <= 32
        else { return .respond(response.error("invalid \"callback\" parameter")) }
        return .receive(
            session: path.session, head: response,
            encoding: isJSONP ? .jsonp(callback: callback) : .htmlFile(callback: callback))
    }

    private static func isCallbackByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private func send(
        _ request: SockJSRequest, _ path: SessionPath, _ response: SessionResponse
    ) -> SockJSAnswer {
        do throws(ClientMessagesError) {
            let messages = try path.transport == .jsonpSend ? jsonpMessages(request) : xhrMessages(request)
            return .deliver(messages, session: path.session, known: response, unknown: response.ofUnknownSession)
        } catch {
            return .respond(response.error(error.answer))
        }
    }

    private func xhrMessages(_ request: SockJSRequest) throws(ClientMessagesError) -> [SockJSMessage] {
        switch request.mediaType {
        case "text/plain", "", "T", "application/json", "application/xml", "text/xml":
            try ClientMessages.decode(request.body, from: .xhrSend)
        default: throw .payloadExpected
        }
    }

    private func jsonpMessages(_ request: SockJSRequest) throws(ClientMessagesError) -> [SockJSMessage] {
        switch request.mediaType {
        case "application/x-www-form-urlencoded":
            let payloads = request.body.withUnsafeBytes { FormFields.values(of: "d", in: $0) }
            // Several fields are an array in Node.js, and so are taken as the messages.
            if payloads.count > 1 { return payloads.map { SockJSMessage(decoding: $0) } }
            return try ClientMessages.decode(payloads.first ?? [], from: .xhrSend)
        case "text/plain", "":
            // A JSON string is unpacked once more.
            let packed = request.body.withUnsafeBytes { bytes in
                var text = JSONTextScanner(bytes)
                return text.message().flatMap { text.isAtEnd ? $0.bytes : nil }
            }
            if let packed, !packed.isEmpty { return try ClientMessages.decode(packed, from: .xhrSend) }
            return try ClientMessages.decode(request.body, from: .xhrSend)
        default: throw .payloadExpected
        }
    }
}
