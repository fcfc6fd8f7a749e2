import Clocks
import NIOCore

/// What a client says over its sessions, and judges of what comes; on the client's loop.
protocol ClientTalk: AnyObject {
    /// When to call `wake`; nil while nothing is awaited.
    var wakeAt: MonotonicClock.Instant? { get }
    /// The client has arrived.
    func start(_ client: StressClient, at now: MonotonicClock.Instant)
    /// A session is open.
    func opened(_ client: StressClient, epoch: UInt32, at now: MonotonicClock.Instant)
    /// No session came about.
    func failed(_ client: StressClient, at now: MonotonicClock.Instant)
    /// A message came.
    func received(_ bytes: UnsafeRawBufferPointer, _ client: StressClient, at now: MonotonicClock.Instant)
    /// The session is over; what was under way is excused if its node was broken on purpose.
    func ended(_ client: StressClient, isExcused: Bool, at now: MonotonicClock.Instant)
    /// Time has passed.
    func wake(_ client: StressClient, at now: MonotonicClock.Instant)
    /// Says no more from here on. Whether nothing is under way any more.
    var isQuiet: Bool { get }
    func quieten(_ client: StressClient)
    /// Whether it has said all that it was to say, and nothing is under way.
    var isDone: Bool { get }
    /// Nothing can come any more.
    func finish(_ client: StressClient, isExcused: Bool, at now: MonotonicClock.Instant)
}
