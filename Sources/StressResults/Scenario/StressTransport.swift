package import History
public import SockJS

/// What a client of a scenario wants its session carried by.
public enum StressTransport: Sendable, Hashable {
    /// A session of SockJS on this transport.
    case sockJS(ClientTransport)
    /// A WebSocket without SockJS's frames.
    case rawWebSocket

    /// All, in the order in which they are listed.
    public static let all: [StressTransport] = ClientTransport.allCases.map { .sockJS($0) } + [.rawWebSocket]

    /// Its name in scenarios and reports.
    public var name: String {
        switch self {
        case .sockJS(let transport): transport.rawValue
        case .rawWebSocket: "raw-websocket"
        }
    }

    /// The transport of this name; nil if there is none.
    public init?(name: some StringProtocol) {
        guard let known = Self.all.first(where: { $0.name == name }) else { return nil }
        self = known
    }

    /// As histories name it.
    package var inHistory: SessionTransport {
        switch self {
        case .sockJS(let transport): .sockJS(transport)
        case .rawWebSocket: .rawWebSocket
        }
    }

    /// Whether its session is carried by one request after another, each of which a balancer may send elsewhere.
    package var isOverRequests: Bool {
        switch self {
        case .sockJS(.websocket), .rawWebSocket: false
        case .sockJS: true
        }
    }

    /// Connections a client has open at once while its session lives.
    package var connections: Int {
        switch self {
        case .sockJS(.websocket), .rawWebSocket: 1
        case .sockJS: 2
        }
    }
}
