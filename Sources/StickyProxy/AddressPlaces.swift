import NIOConcurrencyHelpers
import NIOCore

/// How many connections each client address has.
final class AddressPlaces: Sendable {
    private let limit: Int
    /// Addresses with at least one.
    private let taken = NIOLockedValueBox<[String: Int]>([:])

    init(perAddress limit: Int) { self.limit = limit }

    /// Takes a place for a connection until it closes, whoever has taken it over by then; false when the address has as
    /// many as it may.
    func take(_ address: String, for connection: any Channel) -> Bool {
        guard take(address) else { return false }
        connection.closeFuture.whenComplete { _ in self.giveBack(address) }
        return true
    }

    func take(_ address: String) -> Bool {
        taken.withLockedValue { taken in
            let count = taken[address] ?? 0
            guard count < limit else { return false }
            taken[address] = count + 1
            return true
        }
    }

    func giveBack(_ address: String) {
        taken.withLockedValue { taken in
            let rest = (taken[address] ?? 0) - 1
            taken[address] = rest > 0 ? rest : nil
        }
    }
}
