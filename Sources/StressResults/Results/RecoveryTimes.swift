package import Statistics

/// What the loss of their connections cost the clients, counted from the fault that took their node away.
public struct RecoveryTimes: Codable, Sendable, Hashable {
    /// Until the connection ended at the client.
    public var notice = LapseTimes()
    /// Until its session was open again.
    public var reconnect = LapseTimes()
    /// Until something came of it again.
    public var resume = LapseTimes()

    /// These times; nobody lost a connection so far unless told otherwise.
    package init(
        notice: LapseTimes = LapseTimes(), reconnect: LapseTimes = LapseTimes(), resume: LapseTimes = LapseTimes()
    ) {
        self.notice = notice
        self.reconnect = reconnect
        self.resume = resume
    }

    /// Adds those of elsewhere.
    package mutating func merge(_ other: RecoveryTimes) throws(HistogramError) {
        try notice.merge(other.notice)
        try reconnect.merge(other.reconnect)
        try resume.merge(other.resume)
    }
}
