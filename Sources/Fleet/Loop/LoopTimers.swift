package import Clocks
package import NIOCore

/// Whom a timer of ``LoopTimers`` is of.
package protocol LoopTimerOwner: AnyObject {
    /// The time it was set to has come.
    func timerFired(at now: MonotonicClock.Instant)
}

/// The timers of all clients of one event loop: a wheel, and one task of the loop for the earliest of them. For that
/// loop alone.
package final class LoopTimers {
    private let loop: any EventLoop
    private var wheel: TimerWheel
    private var owners: [(any LoopTimerOwner)?] = []
    private var free: [Int] = []
    private var scheduled: (due: MonotonicClock.Instant, task: Scheduled<Void>)?
    private var due: [Int] = []
    private var isFiring = false

    /// No timers yet.
    package init(loop: any EventLoop) {
        self.loop = loop
        wheel = TimerWheel(startingAt: .now)
    }

    /// A timer for this owner, which is held until it is removed.
    package func add(_ owner: any LoopTimerOwner) -> Int {
        if let slot = free.popLast() {
            owners[slot] = owner
            return slot
        }
        owners.append(owner)
        return owners.count - 1
    }

    /// Gives a timer back.
    package func remove(_ timer: Int) {
        wheel.set(timer, at: nil)
        owners[timer] = nil
        free.append(timer)
    }

    /// Lets the timer fire at this instant instead of when it was to; nil clears it.
    package func set(_ timer: Int, at instant: MonotonicClock.Instant?) {
        wheel.set(timer, at: instant)
        guard let instant, !isFiring else { return }
        if scheduled.map({ instant < $0.due }) ?? true { reschedule() }
    }

    private func reschedule() {
        scheduled?.task.cancel()
        scheduled = wheel.wakeAt.map { due in
            let delay = max(.zero, due - .now)
            return (due, loop.assumeIsolated().scheduleTask(in: TimeAmount(delay)) { [self] in fire() })
        }
    }

    private func fire() {
        scheduled = nil
        let now = MonotonicClock.now
        due.removeAll(keepingCapacity: true)
        wheel.takeDue(at: now, into: &due)
        isFiring = true
        for timer in due { owners[timer]?.timerFired(at: now) }
        isFiring = false
        reschedule()
    }
}
