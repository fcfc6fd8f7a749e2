/// How long a connection waits for its peer. Nothing here reads a clock: see ``WebSocketConnection/advance(to:)``.
public struct WebSocketTiming: Hashable, Sendable {
    /// The longest any of these may be, ten years; longer ones are cut to it, negative ones to zero.
    public static let longest = Duration.seconds(315_360_000)

    /// For the peer's Close frame after this end's, and then for the end of the transport; default 10 s, nil for ever.
    public var closeTimeout: Duration? { didSet { closeTimeout = closeTimeout.map(Self.clamp) } }
    /// Silence after which a ping goes out; default nil: none is sent.
    public var pingInterval: Duration? { didSet { pingInterval = pingInterval.map(Self.clamp) } }
    /// From that ping to any sign of life, its pong or other bytes; default 20 s.
    public var pongTimeout: Duration { didSet { pongTimeout = Self.clamp(pongTimeout) } }

    /// Times with the defaults named at each property.
    public init(
        closeTimeout: Duration? = .seconds(10), pingInterval: Duration? = nil, pongTimeout: Duration = .seconds(20)
    ) {
        self.closeTimeout = closeTimeout.map(Self.clamp)
        self.pingInterval = pingInterval.map(Self.clamp)
        self.pongTimeout = Self.clamp(pongTimeout)
    }

    private static func clamp(_ duration: Duration) -> Duration { min(max(duration, .zero), longest) }
}

/// What a connection waited for in vain.
public enum WebSocketTimeout: Hashable, Sendable {
    /// A sign of life after a ping, for ``WebSocketTiming/pongTimeout``.
    case pong
    /// The peer's Close frame after this end's, for ``WebSocketTiming/closeTimeout``.
    case close
    /// The end of the transport after the closing handshake or a failure, for ``WebSocketTiming/closeTimeout``.
    case transportEnd
}
