import Synchronization
import Verdicts

/// What our own clients had no descriptor for.
final class OwnShortages: Sendable {
    private let last = Mutex<String?>(nil)

    /// A client had none for this connection.
    func add(_ detail: String) { last.withLock { $0 = detail } }

    /// In sentences, one at most: each connection that fails for it fails alike.
    var sentences: [String] {
        last.withLock { $0 }.map { [Exhaustion.sentence(of: Exhaustion.ownMachine, for: "a client (\($0))")] } ?? []
    }
}
