/// What happened to the clients of a run, counted exactly; sums over loops and shards are those of all together.
public struct StressCounts: Codable, Sendable, Hashable {
    /// Clients that arrived.
    public var clients = 0
    /// Ways to a session that were begun, the first ones and those back.
    public var attempts = 0
    /// Attempts that led to a session.
    public var opened = 0
    /// Attempts that did not.
    public var failedAttempts = 0
    /// Of those, attempts during which our own machine was too busy to say by whose fault.
    public var excusedAttempts = 0
    /// Sessions that a client opened after one it had before.
    public var reopened = 0
    /// Sessions that ended since their node was broken on purpose.
    public var endedByFault = 0
    /// Sessions that ended for no reason of ours.
    public var endedUnexpectedly = 0
    /// Sessions that their peers ended when our own machine had been too busy to say by whose fault.
    public var excusedEnds = 0
    /// Sessions on another transport than the client wanted.
    public var fallbacks = 0
    /// Messages that went out.
    public var sent = 0
    /// Messages that came back as they must.
    public var answered = 0
    /// Of those, messages that came back later than a client waits for one.
    public var late = 0
    /// Messages under way when their session ended, which has its own reason.
    public var interrupted = 0
    /// Messages that were due but could not be sent since there was no session, in an open loop.
    public var missed = 0
    /// Results of calls that were not compared with what was sent: the app behind the balancer is none of ours.
    public var unjudgedResults = 0
    /// HTTP requests, upgrades among them.
    public var requests = 0
    /// Requests made again since the kept connection they were made on had ended.
    public var repeatedRequests = 0
    /// Heartbeats of servers.
    public var heartbeats = 0
    /// Bytes of the messages that went out.
    public var sentBytes = 0
    /// Bytes of the messages that came.
    public var receivedBytes = 0
    /// Sessions opened, by transport.
    public var openedOn: [String: Int] = [:]
    /// Sessions opened, by node; those whose opening names none are not in it.
    public var openedAt: [String: Int] = [:]
    /// Sessions that are a unit of judgement: one violation of each kind is counted in each at most.
    public var judgedSessions = 0
    /// Violations, by kind.
    public var violations: [String: Int] = [:]
    /// Sessions with a violation, by kind.
    public var violatedSessions: [String: Int] = [:]

    /// Nothing so far.
    public init() {}

    /// Adds what was counted elsewhere.
    public mutating func add(_ other: StressCounts) {
        clients += other.clients
        attempts += other.attempts
        opened += other.opened
        failedAttempts += other.failedAttempts
        excusedAttempts += other.excusedAttempts
        reopened += other.reopened
        endedByFault += other.endedByFault
        endedUnexpectedly += other.endedUnexpectedly
        excusedEnds += other.excusedEnds
        fallbacks += other.fallbacks
        sent += other.sent
        answered += other.answered
        late += other.late
        interrupted += other.interrupted
        missed += other.missed
        unjudgedResults += other.unjudgedResults
        requests += other.requests
        repeatedRequests += other.repeatedRequests
        heartbeats += other.heartbeats
        sentBytes += other.sentBytes
        receivedBytes += other.receivedBytes
        judgedSessions += other.judgedSessions
        openedOn.merge(other.openedOn, uniquingKeysWith: +)
        openedAt.merge(other.openedAt, uniquingKeysWith: +)
        violations.merge(other.violations, uniquingKeysWith: +)
        violatedSessions.merge(other.violatedSessions, uniquingKeysWith: +)
    }

    /// All violations together.
    public var allViolations: Int { violations.values.reduce(0, +) }
}
