/// What the loss of its connection cost one client, counted from the fault that brought it about; where no fault did, from
/// the end of the connection.
package struct Recovery: Sendable, Hashable {
    /// A time that was measured, or that the end of the run cut short.
    package enum Lapse: Sendable, Hashable {
        /// What was awaited came after this time.
        case came(after: Duration)
        /// It was not seen so far, after this time.
        case unseen(since: Duration)
    }

    /// Until the connection ended at the client.
    package var notice: Lapse
    /// Until the session was open again.
    package var reconnect: Lapse
    /// Until something came of it again.
    package var resume: Lapse
    /// How many attempts there were to open it, from its end on.
    package var attempts: UInt32

    init(notice: Lapse, reconnect: Lapse, resume: Lapse, attempts: UInt32) {
        self.notice = notice
        self.reconnect = reconnect
        self.resume = resume
        self.attempts = attempts
    }

    /// Of a client that did not notice so far.
    init(unnoticedSince duration: Duration) {
        self.init(
            notice: .unseen(since: duration), reconnect: .unseen(since: duration), resume: .unseen(since: duration),
            attempts: 0)
    }
}
