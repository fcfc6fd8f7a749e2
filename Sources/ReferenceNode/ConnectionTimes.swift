/// How long a node waits for what its peers owe it.
package struct ConnectionTimes: Sendable, Hashable {
    /// From the first byte of a request's head to its last; for the first request, from the accept.
    package var head: Duration = .seconds(20)
    /// For each `bodyProgress` of a body that has not ended.
    package var body: Duration = .seconds(20)
    /// Bytes of a body that a peer sends in that time at least, so that one who trickles it ends too.
    package var bodyProgress = 1024
    /// Between an answer and the next request; longer than balancers keep unused connections.
    package var idle: Duration = .seconds(75)
    /// For a peer to take the last answer of a connection.
    package var closing: Duration = .seconds(10)
    /// For the app to take a connection.
    package var appConnect: Duration = .seconds(5)
    /// From the last bytes of a request to the head of the app's answer.
    package var appAnswer: Duration = .seconds(30)

    /// What holds unless told otherwise.
    package init() {}
}
