/// All publications running again, as for another user: what the client saw before, and who has not returned yet.
struct Rerun: Sendable {
    var before: [MergeBox.DocumentView]
    var pending: Set<Int>
}

extension ServerSession {
    /// Runs every publication again, as Meteor does when the user changes: the client is told the difference when all
    /// of them have returned, then which of them are ready. Does nothing while that is under way.
    public mutating func rerunPublications() -> [Action] {
        guard rerun == nil, case .connected = state else { return [] }
        let old = subscriptions.inOrder
        var actions: [Action] = []
        var pending: Set<Int> = []
        let before = box.view
        box = MergeBox()
        for subscription in old {
            subscriptions[subscription.ticket] = nil
            if blocker == subscription.ticket { blocker = nil }
            actions.append(.stopped(ticket: subscription.ticket))
            var next = subscription
            lastTicket += 1
            next.ticket = lastTicket
            pending.insert(lastTicket)
            subscriptions[lastTicket] = .init(subscription: next)
            actions.append(.publish(next))
        }
        guard !pending.isEmpty else { return [] }
        rerun = Rerun(before: before, pending: pending)
        return actions
    }

    mutating func finishRerun(_ ticket: Int) -> [Action] {
        guard rerun?.pending.remove(ticket) != nil, let rerun, rerun.pending.isEmpty else { return [] }
        self.rerun = nil
        let ready = subscriptions.inOrder.filter { subscriptions[$0.ticket]?.isReady == true }.map(\.id)
        return DocumentView.changes(from: rerun.before, to: box.view).map { .send($0) }
            + (ready.isEmpty ? [] : [.send(.ready(subs: ready))])
    }

    private typealias DocumentView = MergeBox.DocumentView
}

extension MergeBox.DocumentView {
    private struct Key: Hashable {
        var collection: ExactString
        var id: DocumentID
    }

    private var key: Key { Key(collection: ExactString(collection), id: id) }

    /// The messages that turn one view into another.
    static func changes(from before: [Self], to after: [Self]) -> [ServerMessage] {
        let old = Dictionary(before.map { ($0.key, $0) }) { first, _ in first }
        let new = Dictionary(after.map { ($0.key, $0) }) { first, _ in first }
        return before.filter { new[$0.key] == nil }.map { .removed(collection: $0.collection, id: $0.id) }
            + after.compactMap { document in
                guard let earlier = old[document.key] else {
                    return .added(collection: document.collection, id: document.id, fields: document.fields)
                }
                return document.change(from: earlier)
            }
    }

    private func change(from earlier: Self) -> ServerMessage? {
        let old = Dictionary(earlier.fields.members.map { (ExactString($0.name), $0.value) }) { _, last in last }
        let new = Set(fields.members.map { ExactString($0.name) })
        let changed = fields.members.filter { old[ExactString($0.name)]?.isEquivalent(to: $0.value) != true }
        let cleared = earlier.fields.members.map(\.name).filter { !new.contains(ExactString($0)) }
        guard !changed.isEmpty || !cleared.isEmpty else { return nil }
        return .changed(collection: collection, id: id, fields: JSONObject(members: changed), cleared: cleared)
    }
}
