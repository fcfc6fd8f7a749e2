/// What publications say. A ticket of one that has ended is passed over.
extension ServerSession {
    /// A publication provides a document.
    public mutating func added(
        _ ticket: Int, collection: String, id: DocumentID, fields: JSONObject = JSONObject()
    ) -> [Action] {
        guard subscriptions[ticket] != nil else { return [] }
        return send(box.added(ticket, collection: collection, id: id, fields: fields))
    }

    /// A publication changes a document that it provides.
    public mutating func changed(
        _ ticket: Int, collection: String, id: DocumentID, fields: JSONObject = JSONObject(), cleared: [String] = []
    ) -> [Action] {
        guard subscriptions[ticket] != nil else { return [] }
        return send(box.changed(ticket, collection: collection, id: id, fields: fields, cleared: cleared))
    }

    /// A publication takes a document back.
    public mutating func removed(_ ticket: Int, collection: String, id: DocumentID) -> [Action] {
        guard subscriptions[ticket] != nil else { return [] }
        return send(box.removed(ticket, collection: collection, id: id))
    }

    /// A publication has provided its first documents.
    public mutating func ready(_ ticket: Int) -> [Action] {
        guard let entry = subscriptions[ticket], !entry.isReady else { return [] }
        subscriptions[ticket]?.isReady = true
        return rerun == nil ? [.send(.ready(subs: [entry.subscription.id]))] : []
    }

    /// A publication's function has returned, whether or not it is ready: the next message may begin.
    public mutating func published(_ ticket: Int) -> [Action] {
        finishRerun(ticket) + unblock(ticket)
    }

    /// A publication ends itself, with an error or without.
    public mutating func stop(_ ticket: Int, error: ApplicationError? = nil) -> [Action] {
        guard subscriptions[ticket] != nil else { return [] }
        let ended = end(ticket, error: error)
        return ended + finishRerun(ticket) + unblock(ticket)
    }

    /// Takes a subscription's documents away and says `nosub`.
    mutating func end(_ ticket: Int, error: ApplicationError?) -> [Action] {
        guard let entry = subscriptions[ticket] else { return [] }
        subscriptions[ticket] = nil
        let removals = box.removeAll(ticket)
        return (rerun == nil ? removals.map { .send($0) } : [])
            + [.send(.nosub(id: entry.subscription.id, error: error)), .stopped(ticket: ticket)]
    }

    /// While publications run again, the client hears nothing of documents.
    private func send(_ message: ServerMessage?) -> [Action] {
        guard rerun == nil, let message else { return [] }
        return [.send(message)]
    }
}
