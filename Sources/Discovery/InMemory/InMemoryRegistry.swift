import Clocks
package import NIOCore

/// The registry of nodes in one process: the same leases, readings and watches as etcd's, and it can be stopped as etcd can.
package final class InMemoryRegistry: Sendable {
    /// The loop that it and the discoveries of its nodes run on.
    package let loop: any EventLoop
    private let state: NIOLoopBoundBox<State>

    /// An empty registry of at most so many nodes.
    package init(on loop: any EventLoop, limits: DiscoveryLimits = DiscoveryLimits()) {
        self.loop = loop
        // Leases of nodes that were killed live on beside those of the nodes that took their places.
        let limit = limits.endpoints * 2
        state = .makeBoxSendingValue(State(limit, loop), eventLoop: loop)
    }

    /// From now on nothing is answered but that it is stopped, and watches end. Leases run out meanwhile.
    package func stop() { loop.execute { [state] in state.value.stop() } }

    /// Answers again.
    package func resume() { loop.execute { [state] in state.value.isStopped = false } }

    /// Loses all records and leases, as if its disk were lost, and tells nobody.
    package func forget() { loop.execute { [state] in state.value.forget() } }

    /// For its loop alone.
    func connect(lease: Duration) -> InMemoryConnection { InMemoryConnection(state.value, lease: lease) }
}

extension InMemoryRegistry {
    /// What is in the registry; for its loop alone.
    final class State {
        private let limit: Int
        private let loop: any EventLoop
        private var table: LeaseTable
        private var timer: Scheduled<Void>?
        private var watches: [ObjectIdentifier: (WatchNews) -> Void] = [:]
        var isStopped = false

        init(_ limit: Int, _ loop: any EventLoop) {
            self.limit = limit
            self.loop = loop
            table = LeaseTable(limit: limit)
        }

        static let stopped = RegistryFailure.unreachable("it is stopped")

        func stop() {
            isStopped = true
            let told = watches.values
            watches = [:]
            for tell in told { tell(.ended(Self.stopped)) }
        }

        func forget() {
            table = LeaseTable(limit: limit)
            setTimer()
        }

        func answer(
            _ call: RegistrationMachine.Call, _ endpoint: ServiceEndpoint, _ lease: Duration
        ) -> RegistrationMachine.Answer {
            if isStopped { return .failed(Self.stopped) }
            defer { setTimer() }
            switch call {
            case .grant:
                guard let id = table.grant(lease, at: .now) else { return .failed(.full(limit: limit)) }
                return .granted(id)
            case .put(let id):
                guard let change = table.put(endpoint, id) else { return .lost }
                tell([change])
                return .stands(revision: change.revision)
            case .renew(let id): return table.renew(id, at: .now) ? .renewed : .lost
            case .withdraw(let id):
                tell(table.withdraw(id))
                return .withdrawn
            }
        }

        var reading: Result<RegistryReading, RegistryFailure> {
            if isStopped { return .failure(Self.stopped) }
            return .success(table.reading)
        }

        /// It keeps no changes, so that a watch begins at the present alone.
        func watch(
            _ watcher: ObjectIdentifier, after revision: Int64, _ tell: @escaping (WatchNews) -> Void
        ) {
            if isStopped { return tell(.ended(Self.stopped)) }
            guard revision >= table.revision else { return tell(.compacted) }
            watches[watcher] = tell
            tell(.began(revision: table.revision))
        }

        func endWatch(_ watcher: ObjectIdentifier) { watches[watcher] = nil }

        private func tell(_ changes: [RegistryChange]) {
            guard !changes.isEmpty else { return }
            for tell in watches.values { tell(.changes(changes)) }
        }

        private func expire(_ now: MonotonicClock.Instant) {
            let changes = table.expire(at: now)
            if !isStopped { tell(changes) }
        }

        private func setTimer() {
            timer?.cancel()
            timer = nil
            guard let time = table.wakeAt else { return }
            timer = loop.assumeIsolated().scheduleTask(in: TimeAmount(max(.zero, time - .now)) + .microseconds(100)) {
                self.expire(.now)
                self.setTimer()
            }
        }
    }
}
