/// How a server serves SockJS under one path; the defaults are those of sockjs-node 0.3.24.
public struct ServerOptions: Sendable, Hashable {
    /// The service's path, empty or `/…` without a slash at its end.
    public var prefix: String
    /// Heartbeats, and when a session without a receiver is given up.
    public var timing: ServerTiming
    /// A streaming answer ends once its frames hold this many UTF-16 code units; the prelude does not count.
    public var responseLimit: Int
    /// Bytes of messages that may wait for a receiver; one more closes the session with 1011.
    public var queueLimit: Int
    /// Whether WebSocket is to be had, framed and raw; without it its URLs answer 404.
    public var offersWebSocket: Bool
    /// Whether every answer of a session sets the cookie `JSESSIONID`, for balancers that rewrite it.
    public var setsSessionCookie: Bool
    /// Whether pages of other origins are let in.
    public var allowsOtherOrigins: Bool
    /// The URL of sockjs-client in the iframe page; must be of the version that the clients run.
    public var clientURL: String
    /// What `/info` names as `base_url`; nil for none.
    public var baseURL: String?

    /// A service under `prefix` with sockjs-node's own defaults.
    public static func sockJS(prefix: String) -> ServerOptions {
        ServerOptions(
            prefix: prefix, timing: .sockJS, responseLimit: 131_072, queueLimit: 1 << 24, offersWebSocket: true,
            setsSessionCookie: false, allowsOtherOrigins: true,
            clientURL: "https://cdn.jsdelivr.net/npm/sockjs-client@1/dist/sockjs.min.js", baseURL: nil)
    }

    /// The service as Meteor sets it up, under `/sockjs` unless the application has a path prefix.
    public static func meteor(prefix: String = "/sockjs") -> ServerOptions {
        var options = sockJS(prefix: prefix)
        options.timing = .meteor
        return options
    }

    var info: SockJSInfo {
        SockJSInfo(
            websocket: offersWebSocket, origins: allowsOtherOrigins ? ["*:*"] : [], cookieNeeded: setsSessionCookie,
            entropy: nil, baseURL: baseURL)
    }
}
