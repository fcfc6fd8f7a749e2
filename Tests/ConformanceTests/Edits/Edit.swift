import History

/// A change of a history: what would stand there if the balancer had done something else.
///
/// It reads as a sentence, such as `.answers(.poll).first.node(.other)`: the events, which of them, and what becomes of them.
struct Edit: Sendable {
    /// What becomes of the selected events.
    enum Change: Sendable {
        /// They are not there.
        case drop
        /// They come so many times more.
        case repeated(Int)
        /// They come so much later.
        case later(Duration)
        /// Everything from the first of them on comes so much later.
        case wait(Duration)
        /// The first of them comes right behind the second one.
        case outOfOrder
        /// The first of them comes once more, right behind the second one.
        case againLater
        /// They are other events, at the same time.
        case become(@Sendable (HistoryEvent, Scene) -> HistoryEvent)
    }

    /// An edit that selects too few events, so that it would change nothing.
    struct NothingSelected: Error {
        var count: Int
    }

    /// The events that it changes.
    var selection: Selection
    /// What becomes of them.
    var change: Change

    /// The history after it.
    func applied(to history: RunHistory) throws(NothingSelected) -> RunHistory {
        let scene = Scene(history)
        let selected = selection.indices(in: history.events, scene)
        var events = history.events.map { [$0] }
        guard let first = selected.first else { throw NothingSelected(count: 0) }
        switch change {
        case .drop: for index in selected { events[index] = [] }
        case .repeated(let times):
            for index in selected { events[index] += Array(repeating: history.events[index], count: times) }
        case .later(let duration): for index in selected { events[index][0].time = events[index][0].time + duration }
        case .wait(let duration):
            for index in first..<events.count { events[index][0].time = events[index][0].time + duration }
        case .outOfOrder, .againLater:
            guard selected.count > 1 else { throw NothingSelected(count: selected.count) }
            var moved = history.events[first]
            // A moment later, since some judges go by the time alone.
            moved.time = history.events[selected[1]].time + .nanoseconds(1)
            events[selected[1]].append(moved)
            if case .outOfOrder = change { events[first] = [] }
        case .become(let other): for index in selected { events[index] = [other(history.events[index], scene)] }
        }
        return RunHistory(events: Array(events.joined()))
    }
}
