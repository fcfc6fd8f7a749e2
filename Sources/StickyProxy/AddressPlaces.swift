import NIOConcurrencyHelpers

/// How many connections each client address has.
final class AddressPlaces: Sendable {
    private let limit: Int
    /// Addresses with at least one.
    private let taken = NIOLockedValueBox<[String: Int]>([:])

    init(perAddress limit: Int) { self.limit = limit }

    /// Takes a place for one more connection; false when the address has as many as it may.
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
