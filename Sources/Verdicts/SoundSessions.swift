public import History

extension HistoryView {
    /// Names of the sessions that opened before this moment, got their first message back by then, and lived: those on
    /// which a fault at this moment can show.
    public func soundSessions(at time: HistoryTime) -> Set<String> {
        var answered: Set<String> = []
        for event in events where event.time <= time {
            if case .messageReceived(let message) = event.kind, message.epoch == 1, message.number == 1 {
                answered.insert(message.session)
            }
        }
        return Set(
            sessions.filter { trace in
                trace.opened.epoch == 1 && trace.openedAt < time && (trace.closedAt.map { $0 >= time } ?? true)
                    && answered.contains(trace.opened.session)
            }.map(\.opened.session))
    }
}
