import UnixSignals

/// SIGINT and SIGTERM as an event, from the moment this value is made; before it they end the process at once.
struct Interruption: Sendable {
    private let signals: UnixSignalsSequence

    /// Takes the signals over. Only one call may wait on this value.
    init() async { signals = await UnixSignalsSequence(trapping: .sigint, .sigterm) }

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
        for await _ in signals { return }
    }
}
