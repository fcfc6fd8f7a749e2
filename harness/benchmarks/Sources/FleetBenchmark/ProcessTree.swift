import BenchmarkProcess
import Foundation
import Glibc

/// The processes that this one started, and all that these started.
struct ProcessTree {
    /// Left out of all figures.
    let excluded: Set<pid_t>
    /// Nanoseconds of CPU, also of processes that are gone.
    private var spent: [pid_t: Double] = [:]

    init(excluding excluded: Set<pid_t>) { self.excluded = excluded }

    var members: [pid_t] {
        var children: [pid_t: [pid_t]] = [:]
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
            guard let process = pid_t(name), let parent = Self.parent(of: process) else { continue }
            children[parent, default: []].append(process)
        }
        var found: [pid_t] = []
        var next = children[getpid()] ?? []
        while let process = next.popLast() {
            if excluded.contains(process) { continue }
            found.append(process)
            next += children[process] ?? []
        }
        return found
    }

    /// Nanoseconds of CPU that they have used.
    mutating func cpu() -> Double {
        for process in members { spent[process] = max(spent[process] ?? 0, ProcessClock(process).nanoseconds) }
        return spent.values.reduce(0, +)
    }

    /// Bytes of their resident memory.
    func residentBytes() -> Double {
        members.map { process in
            // A process that ended meanwhile has none.
            let text = try? String(contentsOfFile: "/proc/\(process)/smaps_rollup", encoding: .utf8)
            return (text?.firstMatch(of: /\nRss: +([0-9]+) kB/)).flatMap { Double($0.1) }.map { $0 * 1_024 } ?? 0
        }.reduce(0, +)
    }

    /// Ends them all, if need be by force.
    func end() {
        for signal in [SIGTERM, SIGKILL] {
            for process in members { kill(process, signal) }
            let limit = ContinuousClock.now + .seconds(2)
            // Those that others left behind tell nobody of their end.
            while !members.isEmpty, .now < limit { usleep(20_000) }
        }
    }

    /// Its parent; nil of a process that is gone, also of one that nobody has asked about since.
    private static func parent(of process: pid_t) -> pid_t? {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            // PID (any name) state parent …
            let end = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[end...].split(separator: " ")
        return fields.count > 2 && fields[1] != "Z" ? pid_t(fields[2]) : nil
    }
}
