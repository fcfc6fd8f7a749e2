import Clocks
import Synchronization

/// A program of ours that runs beside this one, and says in one line of JSON where it accepts. It stops with ``stop()``,
/// and when the last reference goes.
package final class Companion: Sendable {
    /// Why one did not start.
    package struct StartError: Error, Sendable, CustomStringConvertible {
        /// In words, for people.
        package let description: String

        /// What it announced can't be used.
        package init(announcement: String) {
            description =
                "it announced \(announcement.prefix(200).debugDescription), which names no place to connect to"
        }

        init(description: String) { self.description = description }
    }

    /// The line, as it came.
    package let announcement: String
    private let process: Task<BalancerExit, Never>

    private init(announcement: String, process: Task<BalancerExit, Never>) {
        self.announcement = announcement
        self.process = process
    }

    deinit { process.cancel() }

    /// Starts a program and returns once it has announced itself.
    ///
    /// - Parameters:
    ///   - executable: path of the program.
    ///   - patience: how long it may take.
    ///   - onLine: told of each line that it prints.
    package static func start(
        _ executable: String, _ arguments: [String], patience: Duration = .seconds(20),
        onLine: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws(StartError) -> Companion {
        let (lines, continuation) = AsyncStream<String>.makeStream(bufferingPolicy: .bufferingOldest(64))
        let splitter = Mutex(LineSplitter())
        let tail = OutputTail()
        let invocation = Invocation(executable: executable, arguments: arguments, directory: "/")
        let process = Task {
            let exit = await invocation.run { bytes in
                tail.append(bytes)
                for line in splitter.withLock({ $0.feed(bytes) }) {
                    onLine(line)
                    continuation.yield(line)
                }
            }
            continuation.finish()
            return exit
        }
        let timeout = Task {
            // Cancelled: it has announced itself.
            guard (try? await MonotonicClock().sleep(for: patience)) != nil else { return }
            continuation.finish()
        }
        defer { timeout.cancel() }
        for await line in lines where line.hasPrefix("{") { return Companion(announcement: line, process: process) }
        process.cancel()
        let exit = await process.value
        let words = ([executable] + arguments).joined(separator: " ")
        throw StartError(description: "\(words) did not say where it accepts (\(exit)): \(tail.text)")
    }

    /// Waits until it has ended, however that comes.
    package func ended() async -> BalancerExit { await process.value }

    /// Begins to end it, as ``stop()`` does.
    package func end() { process.cancel() }

    /// Ends it: SIGTERM, SIGKILL after two seconds. Returns when it is gone.
    package func stop() async {
        process.cancel()
        _ = await process.value
    }
}
