/// When a server speaks, and when it gives a session up.
public struct ServerTiming: Sendable, Hashable {
    /// A receiver that got nothing for this long gets a heartbeat.
    public var heartbeatDelay: Duration
    /// A session without a receiver for this long is over.
    public var disconnectDelay: Duration
    /// A WebSocket peer must answer a ping within this time.
    public var pongDeadline: Duration

    /// Times of a server.
    public init(heartbeatDelay: Duration, disconnectDelay: Duration, pongDeadline: Duration = .seconds(10)) {
        self.heartbeatDelay = heartbeatDelay
        self.disconnectDelay = disconnectDelay
        self.pongDeadline = pongDeadline
    }

    /// SockJS's own defaults: heartbeat 25 s, disconnect 5 s.
    public static let sockJS = ServerTiming(heartbeatDelay: .seconds(25), disconnectDelay: .seconds(5))
    /// Meteor's: heartbeat 45 s, disconnect 60 s.
    public static let meteor = ServerTiming(heartbeatDelay: .seconds(45), disconnectDelay: .seconds(60))
}
