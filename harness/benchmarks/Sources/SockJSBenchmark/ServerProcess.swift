import Foundation
import Glibc

/// A SockJS server in a process of its own.
final class ServerProcess {
    /// How to start it; it prints one line that tells its port.
    struct Command {
        var name: String
        var executable: String
        var arguments: [String]
        var environment: [String: String] = [:]
    }

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    let port: Int
    private let process = Process()
    let clock: ProcessClock

    init(_ command: Command) throws {
        let output = Pipe()
        // The kernel ends it when the benchmark is killed, in whatever way.
        process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
        process.arguments = ["--pdeathsig", "TERM", "--", command.executable] + command.arguments
        process.environment = ProcessInfo.processInfo.environment.merging(command.environment) { $1 }
        process.standardOutput = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        var clock = clockid_t()
        let found = clock_getcpuclockid(process.processIdentifier, &clock)
        self.clock = ProcessClock(id: clock)
        let line = Self.firstLine(output.fileHandleForReading)
        // {"port": N} or {"listen":"host:N", …}
        let pattern = /"(?:port|listen)": ?"?(?:[0-9.]+:)?([0-9]+)/
        guard found == 0, let match = line.firstMatch(of: pattern), let port = Int(match.1) else {
            process.terminate()
            throw Failure(description: "\(command.name): expected a line that tells its port, got \"\(line)\"")
        }
        self.port = port
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }

    private static func firstLine(_ file: FileHandle) -> String {
        var line = Data()
        while !line.contains(0x0A) {
            let piece = file.availableData
            if piece.isEmpty { break }
            line += piece
        }
        return String(decoding: line, as: UTF8.self)
    }
}

/// The CPU time that all threads of a process have used, in user space and in the kernel.
struct ProcessClock: Sendable {
    let id: clockid_t

    var nanoseconds: Double {
        var time = timespec()
        clock_gettime(id, &time)
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }
}
