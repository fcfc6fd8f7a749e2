import Clocks
package import NIOCore
import Synchronization

/// Watches event loops of ours and reports each stretch in which one did not run.
package final class LoopMonitor: Sendable {
    /// A loop was late by this much at this moment.
    package typealias Report = @Sendable (_ loop: String, _ late: Duration) -> Void

    private let tasks: [RepeatedTask]

    /// Ticks each loop every `period` and reports ticks that come later than `tolerance`.
    package init(
        loops: [(name: String, loop: any EventLoop)], period: Duration = .milliseconds(20),
        tolerance: Duration = .milliseconds(150), report: @escaping Report
    ) {
        tasks = loops.map { name, loop in
            let watch = LoopWatch(period: period)
            return loop.scheduleRepeatedTask(initialDelay: TimeAmount(period), delay: TimeAmount(period)) { _ in
                let late = watch.tick()
                if late > tolerance { report(name, late) }
            }
        }
    }

    /// Stops watching.
    package func stop() {
        for task in tasks { task.cancel() }
    }
}

/// Remembers when the next tick of one loop is due.
private final class LoopWatch: Sendable {
    private let period: Duration
    private let due: Mutex<MonotonicClock.Instant>

    init(period: Duration) {
        self.period = period
        self.due = Mutex(.now + period)
    }

    /// Notes a tick and tells how late it came.
    func tick() -> Duration {
        let now = MonotonicClock.now
        return due.withLock { due in
            defer { due = now + period }
            return now - due
        }
    }
}
