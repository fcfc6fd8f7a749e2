/// How long a node waits for what its peers owe it.
public struct ConnectionTimes: Sendable, Hashable {
    /// From the first byte of a request's head to its last; for the first request, from the accept.
    public var head: Duration = .seconds(20)
    /// For each `bodyProgress` of a body that has not ended.
    public var body: Duration = .seconds(20)
    /// Bytes of a body that a peer sends in that time at least, so that one who trickles it ends too.
    public var bodyProgress = 1024
    /// Between an answer and the next request; longer than balancers keep unused connections.
    public var idle: Duration = .seconds(75)
    /// For a peer to take the last answer of a connection.
    public var closing: Duration = .seconds(10)
    /// For the app to take a connection.
    public var appConnect: Duration = .seconds(5)
    /// From the last bytes of a request to the head of the app's answer.
    public var appAnswer: Duration = .seconds(30)

    /// What holds unless told otherwise.
    public init() {}
}
