import Dispatch
import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// SIGINT, SIGTERM and SIGHUP as an event, from the moment this value is made; before it they end the process at once.
///
/// The first one asks for an end in order, a second one ends the process at once.
final class Interruption: Sendable {
    /// What SIGHUP asks for.
    enum HangUpMeaning {
        /// The end, as the other signals do.
        case end
        /// Something else, of which ``HangUps`` tells.
        case another
    }

    /// The exit code of a run that a signal ended.
    static let exitCode: Int32 = 130

    private let first: AsyncStream<Void>
    private let watch: Task<Void, Never>
    // Made once, then only cancelled; objects of Dispatch may be used from any thread.
    nonisolated(unsafe) private let sources: [any DispatchSourceSignal]

    /// Takes the signals over. Only one call may wait on this value.
    init(hangUps: HangUpMeaning = .end) {
        let numbers = hangUps == .end ? [SIGINT, SIGTERM, SIGHUP] : [SIGINT, SIGTERM]
        let (signals, signalled) = AsyncStream<Void>.makeStream()
        // nohup ignores SIGHUP for its command, and that must stay so.
        sources = numbers.filter { $0 != SIGHUP || !Self.isIgnored(SIGHUP) }.map { number in
            // A source hears of what no other action answers.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { signalled.yield() }
            source.resume()
            return source
        }
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        first = stream
        watch = Task {
            var isFirst = true
            for await _ in signals {
                // What we started ends with us; nodes of others keep the faults that are not healed yet.
                guard isFirst else { _exit(Self.exitCode) }
                isFirst = false
                continuation.yield()
            }
        }
    }

    deinit {
        watch.cancel()
        for source in sources { source.cancel() }
    }

    /// Runs `body`; a first signal cancels it, so that it can end in order.
    func cancels<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let work = Task { try await body() }
        let watch = Task {
            await wait()
            if !Task.isCancelled { work.cancel() }
        }
        defer { watch.cancel() }
        return try await work.value
    }

    /// Waits for the first signal.
    func wait() async {
        for await _ in first { return }
    }

    private static func isIgnored(_ signal: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(signal, nil, &action) == 0 else { return false }
        return action.__sigaction_handler.sa_handler.map { unsafeBitCast($0, to: Int.self) } == 1
    }
}
