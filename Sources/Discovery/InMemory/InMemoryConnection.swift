import Clocks

/// One node's connection to the registry of its process.
final class InMemoryConnection: Registry {
    private let state: InMemoryRegistry.State
    private let lease: Duration
    private var isShut = false

    init(_ state: InMemoryRegistry.State, lease: Duration) {
        self.state = state
        self.lease = lease
    }

    func perform(
        _ call: RegistrationMachine.Call, for endpoint: ServiceEndpoint,
        _ answer: @escaping (RegistrationMachine.Answer) -> Void
    ) {
        if !isShut { answer(state.answer(call, endpoint, lease)) }
    }

    func read(_ answer: @escaping (Result<RegistryReading, RegistryFailure>) -> Void) {
        if !isShut { answer(state.reading) }
    }

    func watch(after revision: Int64, _ tell: @escaping (WatchNews) -> Void) {
        if !isShut { state.watch(ObjectIdentifier(self), after: revision, tell) }
    }

    func endWatch() { state.endWatch(ObjectIdentifier(self)) }

    func shut() {
        isShut = true
        endWatch()
    }
}
