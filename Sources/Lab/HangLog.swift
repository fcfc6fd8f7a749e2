import History
import Synchronization

/// Remembers which nodes hung when, by our own doing.
final class HangLog: Sendable {
    private struct Hang {
        var nodeID: String
        var begin: HistoryTime
        var end: HistoryTime?
    }

    private let hangs = Mutex<[Hang]>([])

    func begin(_ nodeID: String, at time: HistoryTime) {
        hangs.withLock { $0.append(Hang(nodeID: nodeID, begin: time)) }
    }

    func end(_ nodeID: String, at time: HistoryTime) {
        hangs.withLock { hangs in
            for index in hangs.indices where hangs[index].nodeID == nodeID && hangs[index].end == nil {
                hangs[index].end = time
            }
        }
    }

    /// Whether a loop of this name that was late by `late` until `now` was late because its node hung.
    func covers(_ name: String, now: HistoryTime, late: Duration) -> Bool {
        let start = now + (.zero - late)
        return hangs.withLock { hangs in
            hangs.contains { $0.nodeID == name && $0.begin <= now && ($0.end ?? now) >= start }
        }
    }
}
