import Clocks
package import NIOCore
import Synchronization

/// Watches how long a task waits for a thread to run on: the lag of Swift's own executor, on which workloads run.
package final class TaskMonitor: Sendable {
    private let ticks: RepeatedTask

    /// Starts a task every `period` from `loop`, one at a time, and reports those that begin later than `tolerance`.
    package init(
        loop: any EventLoop, period: Duration = .milliseconds(20), tolerance: Duration = .milliseconds(150),
        report: @escaping LoopMonitor.Report
    ) {
        let isWaiting = Flag()
        ticks = loop.scheduleRepeatedTask(initialDelay: TimeAmount(period), delay: TimeAmount(period)) { _ in
            guard isWaiting.raise() else { return }
            let asked = MonotonicClock.now
            Task {
                let late = MonotonicClock.now - asked
                isWaiting.lower()
                if late > tolerance { report("tasks", late) }
            }
        }
    }

    /// Stops watching.
    package func stop() { ticks.cancel() }
}

/// Whether a task is still waiting to begin.
private final class Flag: Sendable {
    private let isRaised = Mutex(false)

    /// Raises it; false if it was raised already.
    func raise() -> Bool {
        isRaised.withLock { raised in
            defer { raised = true }
            return !raised
        }
    }

    func lower() { isRaised.withLock { $0 = false } }
}
