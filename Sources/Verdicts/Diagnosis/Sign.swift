import Claims
import History

/// What the history of one case shows of a cause, whatever the case itself asks.
struct Sign: Sendable, Hashable {
    /// The cause it speaks for.
    var kind: CauseKind
    /// What was seen, in a sentence.
    var message: String
    /// Lines that show it.
    var evidence: [Evidence]
    /// The line to change, where the balancer's own words tell it.
    var remedy: String?
    /// Whether it is the balancer itself that says so.
    var isSaid: Bool

    init(_ kind: CauseKind, _ message: String, evidence: [Evidence], remedy: String? = nil, isSaid: Bool = false) {
        self.kind = kind
        self.message = message
        self.evidence = evidence
        self.remedy = remedy
        self.isSaid = isSaid
    }

    /// All signs in the history of a case's pass through the balancer.
    static func all(in history: HistoryView, words: [ClaimSheet.Saying]) -> [Sign] {
        let scene = Scene(history)
        return process(scene) + sayings(scene, words) + statuses(scene) + caching(scene) + upgrades(scene)
            + affinity(scene) + health(scene) + streams(scene)
    }

    /// A history with what all signs are read from.
    struct Scene {
        let history: HistoryView
        let exchanges: [Exchange]
        let sessions: [SessionTrace]
        /// When the first fault came that can make requests fail.
        let disturbedAt: HistoryTime?

        init(_ history: HistoryView) {
            self.history = history
            exchanges = history.exchanges
            sessions = history.sessions
            disturbedAt =
                history.events.first {
                    guard case .faultInjected(let fault) = $0.kind else { return false }
                    return fault.fault.disturbsRequests
                }?.time
        }

        /// The requests that had ended before anything was broken: one under way then may rightly go elsewhere.
        var undisturbed: [Exchange] {
            guard let disturbedAt else { return exchanges }
            return exchanges.filter { exchange in exchange.endedAt.map { $0 < disturbedAt } ?? false }
        }
    }

    /// How many lines show a sign.
    static let lineLimit = 3
}
