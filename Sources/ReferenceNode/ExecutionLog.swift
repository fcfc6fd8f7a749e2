import History
import NIOConcurrencyHelpers

/// What a node did, in order and bounded: a full log counts what it drops.
final class ExecutionLog: Sendable {
    /// Part of a log.
    struct Page: Encodable {
        /// Where the next page begins.
        var next: Int
        var clock: HistoryTime
        var events: [HistoryEvent]
    }

    private struct Value {
        var events: [HistoryEvent] = []
        var dropped = 0
    }

    private let actor: HistoryActor
    private let capacity: Int
    private let value = NIOLockedValueBox(Value())

    init(nodeID: String, capacity: Int = 200_000) {
        self.actor = .node(nodeID)
        self.capacity = capacity
    }

    func record(_ kind: HistoryEvent.Kind) {
        value.withLockedValue { value in
            if value.events.count < capacity {
                value.events.append(HistoryEvent(actor: actor, kind: kind))
            } else {
                value.dropped += 1
            }
        }
    }

    /// Events from number `since` on; what was dropped is one event that counts as many.
    func page(since: Int, limit: Int = 5_000) -> Page {
        value.withLockedValue { value in
            let start = min(max(since, 0), value.events.count)
            let end = min(start + limit, value.events.count)
            var page = Page(next: end, clock: .now, events: Array(value.events[start..<end]))
            let total = value.events.count + value.dropped
            if end == value.events.count, value.dropped > 0 {
                if since < total {
                    let missing = value.dropped - max(0, since - value.events.count)
                    page.events.append(HistoryEvent(actor: actor, kind: .logTruncated(LogTruncated(dropped: missing))))
                }
                page.next = total
            }
            return page
        }
    }
}
