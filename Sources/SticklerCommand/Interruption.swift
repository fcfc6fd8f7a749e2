import UnixSignals

/// SIGINT and SIGTERM as an event.
enum Interruption {
    /// Runs `body`; a first signal cancels it, so that it can end in order.
    static func cancels<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let work = Task { try await body() }
        let watch = Task {
            for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) {
                work.cancel()
                break
            }
        }
        defer { watch.cancel() }
        return try await work.value
    }

    /// Waits for the first signal.
    static func wait() async {
        for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { return }
    }
}
