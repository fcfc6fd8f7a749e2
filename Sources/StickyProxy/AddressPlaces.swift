import NIOConcurrencyHelpers
import NIOCore

/// How many connections each client address has.
final class AddressPlaces: Sendable {
    private struct State {
        var limit: Int
        /// Of addresses with at least one.
        var taken: [String: Int] = [:]
    }

    private let state: NIOLockedValueBox<State>

    init(perAddress limit: Int) { state = NIOLockedValueBox(State(limit: limit)) }

    /// Goes by another limit from now on.
    func changed(to limit: Int) -> AddressPlaces {
        state.withLockedValue { $0.limit = limit }
        return self
    }

    /// Takes a place for a connection until it closes, whoever has taken it over by then; false when the address has as
    /// many as it may.
    func take(_ address: String, for connection: any Channel) -> Bool {
        guard take(address) else { return false }
        connection.closeFuture.whenComplete { _ in self.giveBack(address) }
        return true
    }

    func take(_ address: String) -> Bool {
        state.withLockedValue { state in
            let count = state.taken[address] ?? 0
            guard count < state.limit else { return false }
            state.taken[address] = count + 1
            return true
        }
    }

    func giveBack(_ address: String) {
        state.withLockedValue { state in
            let rest = (state.taken[address] ?? 0) - 1
            state.taken[address] = rest > 0 ? rest : nil
        }
    }
}
