import Clocks
import NIOCore

/// Wakes its owner on the event loop; it may wake too early, so the owner asks its machine what is due.
///
/// It holds its owner until it is cancelled: a weak reference would make every other one to the owner slow.
final class LoopTimer {
    private let eventLoop: any EventLoop
    private var scheduled: Scheduled<Void>?
    private var due: MonotonicClock.Instant?
    private var fire: (() -> Void)?

    init(on eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    func onFire(_ body: @escaping () -> Void) { fire = body }

    /// A later time leaves the timer as it is: rescheduling at each message would cost more than one early wake.
    func wake(at instant: MonotonicClock.Instant?) {
        guard let instant else { return cancelTask() }
        if let due, due <= instant { return }
        cancelTask()
        due = instant
        let delay = max(.zero, MonotonicClock.now.duration(to: instant))
        let (seconds, attoseconds) = delay.components
        // One nanosecond more, since the conversion cuts off.
        let nanoseconds = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let amount = nanoseconds.overflow ? Int64.max / 4 : nanoseconds.partialValue + attoseconds / 1_000_000_000 + 1
        scheduled = eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(amount)) { [self] in
            due = nil
            fire?()
        }
    }

    func cancel() {
        cancelTask()
        fire = nil
    }

    private func cancelTask() {
        scheduled?.cancel()
        scheduled = nil
        due = nil
    }
}
