import Clocks
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
            let deadline = MonotonicClock.now + grace
            while MonotonicClock.now < deadline, groups.contains(where: { kill(-$0, 0) == 0 }) {
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
        let sockets = listeningSockets(at: listen)
        guard !sockets.isEmpty else { return [] }
        return ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap(pid_t.init)
            .filter { holds($0, sockets) }
    }

    /// The process groups that listen on this address. Where `leader` does so itself only it and its children are looked
    /// at, since to look into every process takes long.
    static func groups(listeningOn listen: ListenAddress, first leader: pid_t?) -> Set<pid_t> {
        let sockets = listeningSockets(at: listen)
        if let leader, holds(leader, sockets), let children = children(of: leader) {
            return Set(([leader] + children.filter { holds($0, sockets) }).map { getpgid($0) })
        }
        return Set(holders(of: listen).map { getpgid($0) })
    }

    /// The processes that a process has forked; nil where the kernel doesn't tell.
    private static func children(of process: pid_t) -> [pid_t]? {
        (try? String(contentsOfFile: "/proc/\(process)/task/\(process)/children", encoding: .utf8))
            .map { $0.split(separator: " ").compactMap { pid_t($0) } }
    }

    /// The sockets that listen on this IPv4 address, as the files of a process show them.
    ///
    /// Looked for in bytes: the kernel's table has a line for each connection of the whole machine.
    private static func listeningSockets(at listen: ListenAddress) -> Set<String> {
        var address = in_addr()
        guard inet_pton(AF_INET, listen.host, &address) == 1,
            // Read to its end: by its size, which the kernel says is 0, only a first page would be read.
            let table = try? FileHandle(forReadingAtPath: "/proc/net/tcp")?.readToEnd()
        else { return [] }
        let listening = Data(String(format: " %08X:%04X 00000000:0000 0A ", address.s_addr, listen.port).utf8)
        var sockets: Set<String> = []
        var rest = table.startIndex..<table.endIndex
        while let found = table.range(of: listening, in: rest) {
            let end = table[found.upperBound...].firstIndex(of: UInt8(ascii: "\n")) ?? table.endIndex
            // After the state: queues, timer, retransmits, user and timeout.
            let fields = String(decoding: table[found.upperBound..<end], as: UTF8.self).split(separator: " ")
            if fields.count > 5 { sockets.insert("socket:[\(fields[5])]") }
            rest = end..<table.endIndex
        }
        return sockets
    }

    /// Whether a process has one of these sockets open. One that ends meanwhile, or is not ours to look into, has none
    /// that we could end.
    private static func holds(_ process: pid_t, _ sockets: Set<String>) -> Bool {
        let files = FileManager.default
        return ((try? files.contentsOfDirectory(atPath: "/proc/\(process)/fd")) ?? []).contains { descriptor in
            (try? files.destinationOfSymbolicLink(atPath: "/proc/\(process)/fd/\(descriptor)")).map(sockets.contains)
                ?? false
        }
    }
}
