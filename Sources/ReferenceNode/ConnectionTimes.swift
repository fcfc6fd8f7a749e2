/// How long a node waits for what its peers owe it.
public struct ConnectionTimes: Sendable, Hashable {
    /// From the first byte of a request's head to its last; for the first request, from the accept.
    public var head: Duration = .seconds(20)
    /// Without more of a body that has not ended.
    public var body: Duration = .seconds(20)
    /// Between an answer and the next request; longer than balancers keep unused connections.
    public var idle: Duration = .seconds(75)
    /// For a peer to take the last answer of a connection.
    public var closing: Duration = .seconds(10)

    /// What holds unless told otherwise.
    public init() {}
}
