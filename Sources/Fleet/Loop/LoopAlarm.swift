import Clocks
import NIOCore

/// One time to wake at, set anew as often as is needed, for one event loop alone. Where thousands wait,
/// ``LoopTimers`` cost less.
final class LoopAlarm {
    private let loop: any EventLoop
    private var set: (due: MonotonicClock.Instant, task: Scheduled<Void>)?

    init(loop: any EventLoop) { self.loop = loop }

    /// Calls `fire` at this instant instead of when it was to; nil clears it.
    func set(at due: MonotonicClock.Instant?, _ fire: @escaping (_ now: MonotonicClock.Instant) -> Void) {
        guard due != set?.due else { return }
        set?.task.cancel()
        set = due.map { due in
            let delay = TimeAmount(max(.zero, due - .now))
            let task = loop.assumeIsolated().scheduleTask(in: delay) { [weak self] in
                guard let self else { return }
                self.set = nil
                fire(.now)
            }
            return (due, task)
        }
    }
}
