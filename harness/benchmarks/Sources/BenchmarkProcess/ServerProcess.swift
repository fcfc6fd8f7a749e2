import Foundation
import Glibc

/// A program that is measured, in a process of its own.
package final class ServerProcess {
    /// How to start it.
    package struct Command: Sendable {
        package var name: String
        package var executable: String
        package var arguments: [String]
        package var environment: [String: String]

        package init(name: String, executable: String, arguments: [String], environment: [String: String] = [:]) {
            self.name = name
            self.executable = executable
            self.arguments = arguments
            self.environment = environment
        }
    }

    package struct Failure: Error, CustomStringConvertible {
        package var description: String

        package init(description: String) { self.description = description }
    }

    package let port: Int
    /// The line that it printed once it accepted; empty where it was told its port.
    package let announcement: String
    package let clock: ProcessClock
    private let process: Process

    package var identifier: Int { Int(process.processIdentifier) }
    package var isRunning: Bool { process.isRunning }

    /// Starts a program that prints one line that tells its port.
    package init(_ command: Command) throws {
        let output = Pipe()
        process = try Self.run(command, output: output.fileHandleForWriting, errors: nil)
        clock = ProcessClock(process.processIdentifier)
        try output.fileHandleForWriting.close()
        let line = Self.firstLine(output.fileHandleForReading)
        // {"port": N} or {"listen":"host:N", …}
        let pattern = /"(?:port|listen)": ?"?(?:[0-9.]+:)?([0-9]+)/
        guard let match = line.firstMatch(of: pattern), let port = Int(match.1) else {
            process.terminate()
            throw Failure(description: "\(command.name): expected a line that tells its port, got \"\(line)\"")
        }
        self.port = port
        announcement = line
    }

    /// Starts a program that was told its port, and writes what it says to `log`; it may take a while to accept.
    package init(_ command: Command, port: Int, log: FileHandle) throws {
        process = try Self.run(command, output: log, errors: log)
        clock = ProcessClock(process.processIdentifier)
        self.port = port
        announcement = ""
    }

    private static func run(_ command: Command, output: FileHandle, errors: FileHandle?) throws -> Process {
        let process = Process()
        // The kernel ends it when the benchmark is killed, in whatever way.
        process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
        process.arguments = ["--pdeathsig", "TERM", "--", command.executable] + command.arguments
        process.environment = ProcessInfo.processInfo.environment.merging(command.environment) { $1 }
        process.standardOutput = output
        if let errors { process.standardError = errors }
        process.standardInput = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// Ends it, if need be by force.
    package func stop() {
        process.terminate()
        let identifier = process.processIdentifier
        let force = DispatchWorkItem { kill(identifier, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + 5, execute: force)
        process.waitUntilExit()
        force.cancel()
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
