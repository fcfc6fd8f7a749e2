import History
import Synchronization
import Verdicts

/// Why a run ended before its last case; said once, by whoever ended it first.
final class RunEnd: Sendable {
    /// What can end a run.
    enum Cause: Sendable {
        /// The user.
        case interrupted
        /// The limit for the whole run.
        case timeLimit(Duration)
    }

    private let cause = Mutex<Cause?>(nil)

    func come(_ cause: Cause) { self.cause.withLock { $0 = $0 ?? cause } }

    /// The reason of a case that was cut off.
    var reason: String {
        switch cause.withLock({ $0 }) {
        case .interrupted, nil: CaseResult.interrupted
        case .timeLimit(let limit):
            "the run took longer than \(limit.inWords); give it more with --time-limit, or run fewer cases"
        }
    }
}
