import Synchronization

/// Where a node's loop puts what it knows, and others read it from.
final class ViewBoard: Sendable {
    private struct State {
        var view = DiscoveryView()
        var readers: [Int: AsyncStream<DiscoveryView>.Continuation] = [:]
        var nextReader = 0
        var hasEnded = false
    }

    private let state = Mutex(State())

    var view: DiscoveryView { state.withLock { $0.view } }

    /// What is known now, and after each change.
    func views() -> AsyncStream<DiscoveryView> {
        let (views, reader) = AsyncStream.makeStream(of: DiscoveryView.self, bufferingPolicy: .bufferingNewest(1))
        let (number, hasEnded) = state.withLock { state in
            reader.yield(state.view)
            state.nextReader += 1
            if !state.hasEnded { state.readers[state.nextReader] = reader }
            return (state.nextReader, state.hasEnded)
        }
        if hasEnded { reader.finish() }
        reader.onTermination = { [weak self] _ in
            // What is taken out ends after the lock is free: its own end comes here again.
            _ = self?.state.withLock { $0.readers.removeValue(forKey: number) }
        }
        return views
    }

    /// Tells the readers, if it is news.
    func post(_ view: DiscoveryView) {
        state.withLock { state in
            guard state.view != view, !state.hasEnded else { return }
            state.view = view
            for reader in state.readers.values { reader.yield(view) }
        }
    }

    /// Nothing changes any more.
    func end() {
        let readers = state.withLock { state in
            state.hasEnded = true
            defer { state.readers = [:] }
            return Array(state.readers.values)
        }
        for reader in readers { reader.finish() }
    }
}
