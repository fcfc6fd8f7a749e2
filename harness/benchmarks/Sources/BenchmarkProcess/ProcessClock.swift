import Glibc

/// The CPU time that all threads of a process have used, in user space and in the kernel.
package struct ProcessClock: Sendable {
    private let id: clockid_t

    package init(_ process: pid_t) {
        var id = clockid_t()
        // A process that is gone has a clock that stands still.
        _ = clock_getcpuclockid(process, &id)
        self.id = id
    }

    package var nanoseconds: Double {
        var time = timespec()
        clock_gettime(id, &time)
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }
}
