/// How long the workloads of cases wait for one thing each, where no fault is got over; for that see `FaultLimit`.
enum CaseBudget {
    /// For an answer, a frame or a message that is under way: many times what the slowest balancer takes.
    static let answer = Duration.seconds(5)
    /// For a large message, or a request to a node that is slow on purpose.
    static let slowAnswer = Duration.seconds(8)
    /// For one attempt where nodes are broken or held up, and the next attempt may do better.
    static let attempt = Duration.seconds(3)
    /// For a frame that a balancer must pass on without waiting for more.
    static let frame = Duration.seconds(3)
    /// For a node to hear that a client has left: its balancer may look at its connections once a second.
    static let abort = Duration.seconds(2)
    /// For a client of Meteor's to be connected: its own ten seconds.
    static let meteorConnect = Duration.seconds(10)
    /// For a client to notice that its stream was cut; a browser sees the end of the connection at once.
    static let notice = Duration.seconds(10)
    /// For all clients of a killed node to be back, where what they cost is asked, and not how long they take.
    static let herd = Duration.seconds(15)
}
