import Dispatch

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// SIGHUPs as events, for a program that reads its configuration anew then.
final class HangUps: Sendable, AsyncSequence {
    private let signals: AsyncStream<Void>
    // Made once, then only cancelled; objects of Dispatch may be used from any thread.
    nonisolated(unsafe) private let source: any DispatchSourceSignal

    /// Takes the signal over. Those that come while one is worked at are one.
    init() {
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        signals = stream
        // A source hears of what no other action answers.
        signal(SIGHUP, SIG_IGN)
        source = DispatchSource.makeSignalSource(signal: SIGHUP)
        source.setEventHandler { continuation.yield() }
        source.resume()
    }

    deinit { source.cancel() }

    func makeAsyncIterator() -> AsyncStream<Void>.AsyncIterator { signals.makeAsyncIterator() }
}
