import Foundation

/// Processes that a balancer left behind when it went into the background: those that hold the address it was given.
///
/// Nothing else can: the address was asked for and free when the balancer started, and it is one bench's own.
enum BackgroundProcesses {
    /// From SIGTERM to SIGKILL.
    private static let grace = Duration.seconds(2)

    /// Ends them with their process groups, and returns when they are gone.
    static func end(_ listen: ListenAddress) async {
        let groups = Set(holders(of: listen).map { getpgid($0) }).filter { $0 > 1 && $0 != getpgrp() }
        for group in groups { kill(-group, SIGTERM) }
        // A task of its own: this one may be cancelled. They are no children of ours, so no event tells their end.
        await Task {
            let deadline = ContinuousClock.now + grace
            while ContinuousClock.now < deadline, groups.contains(where: { kill(-$0, 0) == 0 }) {
                try? await Task.sleep(for: .milliseconds(10))
            }
        }.value
        for group in groups { kill(-group, SIGKILL) }
    }

    /// Whether a process is gone, or only waits for its end to be noted.
    static func hasEnded(_ process: pid_t) -> Bool {
        guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let name = stat.lastIndex(of: ")")
        else { return true }
        return ["Z", "X"].contains(stat[name...].split(separator: " ").dropFirst().first)
    }

    /// The processes that listen on this IPv4 address; a bench has no other.
    static func holders(of listen: ListenAddress) -> [pid_t] {
        var address = in_addr()
        guard inet_pton(AF_INET, listen.host, &address) == 1,
            // Read to its end: by its size, which the kernel says is 0, only a first page would be read.
            let table = try? FileHandle(forReadingAtPath: "/proc/net/tcp")?.readToEnd()
        else { return [] }
        let place = String(format: "%08X:%04X", address.s_addr, listen.port)
        let listening = "0A"
        let inodes = String(decoding: table, as: UTF8.self).split(separator: "\n").compactMap { line -> String? in
            let fields = line.split(separator: " ")
            guard fields.count > 9, fields[1] == place, fields[3] == listening else { return nil }
            return "socket:[\(fields[9])]"
        }
        guard !inodes.isEmpty else { return [] }
        let files = FileManager.default
        // A process that ends meanwhile, or is not ours to look into, has nothing to be ended.
        return ((try? files.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap(pid_t.init).filter { pid in
            let descriptors = (try? files.contentsOfDirectory(atPath: "/proc/\(pid)/fd")) ?? []
            return descriptors.contains { descriptor in
                (try? files.destinationOfSymbolicLink(atPath: "/proc/\(pid)/fd/\(descriptor)")).map(inodes.contains)
                    ?? false
            }
        }
    }
}
