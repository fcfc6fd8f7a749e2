import NIOHTTP1
import StickyProxy
import Synchronization

/// Leads the requests of drawn SockJS sessions to a wrong node, all but the first.
final class LeakedSessions: Defect {
    private enum Kind { case sound, drawn, leaked }

    /// More sessions at a time than a proxy has; what is forgotten counts as new.
    private static let capacity = 200_000
    private let lottery: DamageLottery
    private let sessions = Mutex(LRUTable<Substring, Kind>(capacity: LeakedSessions.capacity))

    init(lottery: DamageLottery) { self.lottery = lottery }

    func leadsAstray(_ request: HTTPRequestHead) -> Bool {
        guard let url = SessionURL(path: request.path) else { return false }
        return sessions.withLock { sessions in
            switch sessions.value(for: url.session) {
            case nil:
                // A session begins with what receives; the only request of a WebSocket can't leave its node.
                guard url.receivesOverHTTP else { return false }
                sessions.set(lottery.draws() ? .drawn : .sound, for: Substring(String(url.session)))
                return false
            case .sound: return false
            case .drawn:
                lottery.damaged()
                sessions.set(.leaked, for: url.session)
                return true
            case .leaked: return true
            }
        }
    }
}
