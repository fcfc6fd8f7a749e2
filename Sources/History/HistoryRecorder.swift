import Clocks
import Synchronization

/// Collects the events of one run from every thread; bounded, and honest about what it had to drop.
public final class HistoryRecorder: Sendable {
    /// Most events one run may record unless told otherwise; a run of the whole catalogue stays far below it.
    public static let capacity = 1_000_000

    private struct State {
        var events: [HistoryEvent] = []
        var dropped = 0
    }

    private let state = Mutex(State())
    private let capacity: Int
    private let budget: RecordBudget

    /// An empty recorder that keeps so many events at most, and of what strangers sent as much as there is room for.
    public init(capacity: Int = HistoryRecorder.capacity, budget: RecordBudget = RecordBudget()) {
        self.capacity = capacity
        self.budget = budget
    }

    /// Whether there is room for what strangers put into this event.
    public func hasRoom(for kind: HistoryEvent.Kind) -> Bool { budget.has(kind.foreignBytes) }

    /// Takes one event, stamped now unless it brings its own time.
    public func record(_ actor: HistoryActor, _ kind: HistoryEvent.Kind, at time: HistoryTime = .now) {
        record(HistoryEvent(time: time, actor: actor, kind: kind))
    }

    /// Takes one event as it is.
    public func record(_ event: HistoryEvent) {
        state.withLock { state in
            guard state.events.count < capacity, budget.take(event.kind.foreignBytes) else {
                state.dropped += 1
                return
            }
            state.events.append(event)
        }
    }

    /// What was recorded so far, in the order of time.
    public var history: RunHistory {
        let (events, dropped) = state.withLock { ($0.events, $0.dropped) }
        var all = events
        if dropped > 0 { all.append(HistoryEvent(actor: .lab, kind: .logTruncated(LogTruncated(dropped: dropped)))) }
        return RunHistory(events: all)
    }
}
