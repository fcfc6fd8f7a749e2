public import SockJS

/// What carries a session of a client.
public enum SessionTransport: Sendable, Hashable {
    /// A transport of SockJS.
    case sockJS(ClientTransport)
    /// A WebSocket without SockJS's frames.
    case rawWebSocket
    /// Requests that a workload calls a session.
    case http

    /// SockJS over WebSocket.
    public static let websocket = SessionTransport.sockJS(.websocket)
    /// SockJS over `xhr_streaming`.
    public static let xhrStreaming = SessionTransport.sockJS(.xhrStreaming)
    /// SockJS over `xhr`.
    public static let xhrPolling = SessionTransport.sockJS(.xhrPolling)
}

extension SessionTransport: RawRepresentable, Codable {
    private static let rawWebSocketName = "raw-websocket"
    private static let httpName = "http"

    /// The transport of this name; nil if there is none.
    public init?(rawValue: String) {
        switch rawValue {
        case Self.rawWebSocketName: self = .rawWebSocket
        case Self.httpName: self = .http
        default:
            guard let transport = ClientTransport(rawValue: rawValue) else { return nil }
            self = .sockJS(transport)
        }
    }

    /// Its name in files and messages: that of SockJS's clients, `raw-websocket` or `http`.
    public var rawValue: String {
        switch self {
        case .sockJS(let transport): transport.rawValue
        case .rawWebSocket: Self.rawWebSocketName
        case .http: Self.httpName
        }
    }
}

extension SessionTransport: CustomStringConvertible {
    /// Its name.
    public var description: String { rawValue }
}
