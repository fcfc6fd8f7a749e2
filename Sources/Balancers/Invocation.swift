import Clocks
import Glibc
import Subprocess
import SystemPackage

/// A program with its arguments, run in a process group of its own and ended with it.
struct Invocation: Sendable {
    var executable: String
    var arguments: [String]
    var directory: String
    /// Variables beside those of our own environment.
    var environment: [String: String] = [:]
    /// From SIGTERM to SIGKILL.
    var grace: Duration = .seconds(2)

    /// Runs the program to its end; `output` is told what it prints as it comes, `started` its process group. Cancelling
    /// the task ends it: SIGTERM, then SIGKILL.
    func run(
        started: @escaping @Sendable (pid_t) -> Void = { _ in },
        _ output: @escaping @Sendable (UnsafeRawBufferPointer) -> Void
    ) async -> BalancerExit {
        var options = PlatformOptions()
        // A group of its own: Ctrl-C reaches us alone, and we stop the balancer in order.
        options.processGroupID = 0
        options.teardownSequence = [.send(signal: .terminate, allowedDurationToNextStep: grace)]
        let argv = commandLine
        do {
            let result = try await Subprocess.run(
                .path(.init(argv[0])), arguments: .init(Array(argv.dropFirst())),
                environment: .inherit.updating(
                    environment.reduce(into: [:]) { $0[Environment.Key(stringLiteral: $1.key)] = $1.value }),
                workingDirectory: .init(directory), platformOptions: options,
                input: .none, output: .sequence, error: .combinedWithOutput
            ) { execution in
                started(execution.processIdentifier.value)
                do {
                    for try await buffer in execution.standardOutput {
                        buffer.withUnsafeBytes(output)
                    }
                } catch {
                    // Reading ends early when the task is cancelled; the run itself waits for the program's end.
                }
            }
            let leader = result.processIdentifier.value
            if result.terminationStatus == .exited(0), !Task.isCancelled {
                // One that goes into the background leaves the group, to be found by the address it holds.
                await Self.emptied(leader, within: .milliseconds(500))
            }
            await Self.endGroup(leader)
            return switch result.terminationStatus {
            case .exited(let code): .exited(Int(code))
            case .signaled(let signal): .signalled(Int(signal))
            }
        } catch {
            return .notSpawned("\(error)")
        }
    }

    /// With util-linux's setpriv the kernel ends the program when we are killed without a chance to do it.
    private var commandLine: [String] {
        let guardian = "/usr/bin/setpriv"
        let command = [executable] + arguments
        return access(guardian, X_OK) == 0 ? [guardian, "--pdeathsig", "TERM", "--"] + command : command
    }

    /// Workers may outlive a main process that crashed; their group keeps its number for as long as one lives.
    private static func endGroup(_ leader: pid_t) async {
        guard leader > 1, kill(-leader, SIGKILL) == 0 else { return }
        await emptied(leader, within: .milliseconds(500))
    }

    /// Returns when no process is left in a group, or after so long.
    private static func emptied(_ group: pid_t, within limit: Duration) async {
        // Not children of ours, so no event tells their end. A task of its own: this one may be cancelled.
        await Task {
            let deadline = MonotonicClock.now + limit
            while kill(-group, 0) == 0, MonotonicClock.now < deadline {
                try? await Task.sleep(for: .milliseconds(10))
            }
        }.value
    }
}
