/// How many clients are in which state at one moment.
public struct ClientGauge: Codable, Sendable, Hashable {
    /// On the way to a session.
    public var connecting = 0
    /// With an open session.
    public var open = 0
    /// Waiting before the next attempt.
    public var waiting = 0
    /// Open sessions by transport.
    public var openOn: [String: Int] = [:]
    /// Open sessions by node.
    public var openAt: [String: Int] = [:]

    /// No clients.
    public init() {}

    /// Adds those of elsewhere.
    public mutating func add(_ other: ClientGauge) {
        connecting += other.connecting
        open += other.open
        waiting += other.waiting
        openOn.merge(other.openOn, uniquingKeysWith: +)
        openAt.merge(other.openAt, uniquingKeysWith: +)
    }
}
