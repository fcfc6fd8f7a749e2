import Clocks
import Glibc
import Synchronization

/// All that is seen of the process of a balancer: what it prints, what it logs, and its end.
final class ProcessRecord: Sendable {
    /// The last of what it printed, as a whole.
    let tail = OutputTail()
    private let lines = OutputLines()
    private let log: FollowedLog?
    private let leader = Mutex<pid_t?>(nil)
    private let end = Mutex<(time: MonotonicClock.Instant, exit: BalancerExit)?>(nil)

    init(log path: String?) { log = path.map { [lines] in FollowedLog($0, to: lines) } }

    /// Runs the balancer to its end, and reads along.
    func run(_ invocation: Invocation) async -> BalancerExit {
        let reading = log.map { log in Task { await log.follow() } }
        let exit = await invocation.run(
            started: { pid in self.leader.withLock { $0 = pid } },
            { bytes in
                self.tail.append(bytes)
                self.lines.append(bytes, from: .output)
            })
        let now = MonotonicClock.now
        reading?.cancel()
        log?.readOn()
        lines.finish(.output)
        lines.finish(.log)
        // Cancelling is how it is stopped; then the end is no news.
        if !Task.isCancelled { end.withLock { $0 = (now, exit) } }
        return exit
    }

    /// The lines since the last call.
    func takeWords() -> BalancerWords {
        log?.readOn()
        return lines.take()
    }

    /// The process group it was started in.
    var group: pid_t? { leader.withLock { $0 } }

    /// When and how it ended by itself.
    var ending: (time: MonotonicClock.Instant, exit: BalancerExit)? { end.withLock { $0 } }
}
