import AllocationCounter
import Glibc

/// What one contender needs for a frame (or message), at its best over all rounds of a run.
struct Measurement {
    var nanoseconds: Double
    var allocations: Double
}

/// Something to be measured: `run` handles `frames` frames of `bytesEach` payload bytes and returns a number that
/// depends on all of them, so that the optimizer can't leave the work out.
struct Contender {
    var frames: Int
    var run: () -> Int
}

enum Stopwatch {
    /// Nanoseconds of CPU time this process has used.
    static func processCPU() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }

    /// Runs the contenders in turn, so that a busy machine hurts all of them alike, and takes the best of each.
    static func compare(_ contenders: [Contender], rounds: Int, millisecondsEach: Double) -> [Measurement] {
        var best = contenders.map { _ in Measurement(nanoseconds: .infinity, allocations: .infinity) }
        let repetitions = contenders.map { contender in
            sink &+= contender.run()
            let start = processCPU()
            sink &+= contender.run()
            return max(1, Int(millisecondsEach * 1e6 / max(1, processCPU() - start)))
        }
        for _ in 0..<rounds {
            for (index, contender) in contenders.enumerated() {
                let allocations = allocation_count()
                let start = processCPU()
                for _ in 0..<repetitions[index] { sink &+= contender.run() }
                let nanoseconds = processCPU() - start
                let frames = Double(repetitions[index] * contender.frames)
                best[index].nanoseconds = min(best[index].nanoseconds, nanoseconds / frames)
                best[index].allocations = min(
                    best[index].allocations, Double(allocation_count() - allocations) / frames)
            }
        }
        return best
    }

    nonisolated(unsafe) private(set) static var sink = 0
}
