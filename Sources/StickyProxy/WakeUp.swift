import Clocks
import NIOCore
import Wire

/// The timer of a machine: at most one, which follows the machine's `wakeAt`.
struct WakeUp {
    private var due: MonotonicClock.Instant?
    private var timer: Scheduled<Void>?

    /// Sets the timer; does nothing if it is set to that time already.
    mutating func set(
        _ wakeAt: MonotonicClock.Instant?, on loop: any EventLoop, _ body: @escaping () -> Void
    ) {
        guard wakeAt != due else { return }
        timer?.cancel()
        timer = nil
        due = wakeAt
        guard let wakeAt else { return }
        let delay = TimeAmount(MonotonicClock.now.duration(to: wakeAt))
        timer = loop.assumeIsolated().scheduleTask(in: delay, body)
    }

    /// The timer fired, perhaps a little early: it can be set to the same time again.
    mutating func fired() { due = nil }
}
