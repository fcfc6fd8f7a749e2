/// A transport by the name a client gives it: a way to receive paired with a way to send.
public enum ClientTransport: String, Sendable, Hashable, CaseIterable {
    /// One WebSocket both ways.
    case websocket
    /// `xhr_streaming` and `xhr_send`.
    case xhrStreaming = "xhr-streaming"
    /// `eventsource` and `xhr_send`.
    case eventsource
    /// `eventsource` and `xhr_send` from a page of the server's origin.
    case iframeEventsource = "iframe-eventsource"
    /// `htmlfile` and `xhr_send`.
    case htmlfile
    /// `htmlfile` and `xhr_send` from a page of the server's origin.
    case iframeHtmlfile = "iframe-htmlfile"
    /// `xhr` and `xhr_send`.
    case xhrPolling = "xhr-polling"
    /// `xhr` and `xhr_send` from a page of the server's origin.
    case iframeXHRPolling = "iframe-xhr-polling"
    /// `jsonp` and `jsonp_send`.
    case jsonpPolling = "jsonp-polling"

    /// What it receives on.
    public var receiving: Transport {
        switch self {
        case .websocket: .websocket
        case .xhrStreaming: .xhrStreaming
        case .eventsource, .iframeEventsource: .eventsource
        case .htmlfile, .iframeHtmlfile: .htmlfile
        case .xhrPolling, .iframeXHRPolling: .xhr
        case .jsonpPolling: .jsonp
        }
    }

    /// What it sends on.
    public var sending: Transport {
        switch self {
        case .websocket: .websocket
        case .jsonpPolling: .jsonpSend
        default: .xhrSend
        }
    }

    /// Whether it first loads the iframe page, and then runs there, in the server's own origin.
    public var usesIframe: Bool {
        switch self {
        case .iframeEventsource, .iframeHtmlfile, .iframeXHRPolling: true
        default: false
        }
    }

    /// Whether one answer carries many frames.
    public var isStreaming: Bool {
        switch receiving {
        case .xhrStreaming, .eventsource, .htmlfile: true
        default: false
        }
    }

    /// Round trips it may take to open, by which its deadline is reckoned.
    public var roundTrips: Int {
        switch self {
        case .jsonpPolling: 1
        case .iframeEventsource, .iframeHtmlfile, .iframeXHRPolling: 3
        default: 2
        }
    }

    /// Whether a browser of today would try it from such a page, after this `/info`.
    public func isEligible(from page: ClientPage, after info: SockJSInfo) -> Bool {
        switch self {
        case .websocket: info.websocket
        case .xhrStreaming, .xhrPolling: page != .opaqueOrigin
        case .htmlfile: page == .sameOrigin
        case .eventsource, .iframeEventsource, .iframeHtmlfile, .iframeXHRPolling, .jsonpPolling: true
        }
    }
}

/// Where the page stands that runs the client, seen from the server.
public enum ClientPage: Sendable, Hashable {
    /// Served from the server's own origin.
    case sameOrigin
    /// Served from another origin.
    case crossOrigin
    /// A page whose origin is `null`, such as a local file or a sandboxed frame.
    case opaqueOrigin
}
