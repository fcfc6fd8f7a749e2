import Foundation
import Glibc
import Subprocess
import Synchronization
import SystemPackage

/// A program that others wrote, run in a process group of its own for as long as a test needs it.
struct ForeignProgram: Sendable {
    var path: String
    var arguments: [String]
    /// Added to our own environment.
    var environment: [String: String] = [:]

    /// Runs the program to its end and gives each line it prints to `onLine`. Cancelling the task ends it: SIGTERM, then
    /// SIGKILL. Returns how it ended.
    func run(_ onLine: @escaping @Sendable (String) -> Void) async throws -> String {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [.send(signal: .terminate, allowedDurationToNextStep: .seconds(2))]
        // The kernel ends it when we are killed without a chance to do it.
        let command = ["/usr/bin/setpriv", "--pdeathsig", "TERM", "--", path] + arguments
        let result = try await Subprocess.run(
            .path(.init(command[0])), arguments: .init(Array(command.dropFirst())),
            environment: .inherit.updating(
                Dictionary(uniqueKeysWithValues: environment.map { (.init(rawValue: $0.key)!, $0.value) })),
            platformOptions: options, input: .none, output: .sequence, error: .combinedWithOutput
        ) { execution in
            do {
                for try await line in execution.standardOutput.strings() { onLine(line) }
            } catch {
                // Reading ends early when the task is cancelled; the run itself waits for the program's end.
            }
        }
        // Helpers of a browser may outlive it; their group keeps its number for as long as one lives.
        let leader = result.processIdentifier.value
        if leader > 1 { kill(-leader, SIGKILL) }
        return "\(result.terminationStatus)"
    }
}

/// The last lines that a program printed.
final class LineTail: Sendable {
    private let lines = Mutex<[String]>([])

    func append(_ line: String) {
        lines.withLock { lines in
            lines.append(line)
            if lines.count > 60 { lines.removeFirst() }
        }
    }

    var text: String { lines.withLock { $0.joined(separator: "\n") } }
}
