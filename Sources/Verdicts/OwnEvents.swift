import History

extension HistoryView {
    /// The same without what nodes did for sessions and requests of others.
    ///
    /// Nodes that outlive a case still end its sessions while the next one runs, and those of a control run while the
    /// balancer is asked. A session of a node belongs here if a request of these clients names it in its path, or if it
    /// opened here; a request, if it was sent here or bears no mark of ours.
    var ownEvents: HistoryView {
        var sent: Set<String> = []
        var named: Set<Substring> = []
        for event in events {
            switch (event.actor, event.kind) {
            case (.client, .requestSent(let request)):
                sent.insert(request.requestID)
                named.formUnion(request.path.split(separator: "/"))
            case (.node, .sessionOpened(let session)): named.insert(session.session[...])
            default: break
            }
        }
        return filter { event in
            guard case .node = event.actor else { return true }
            switch event.kind {
            case .sessionClosed(let session): return named.contains(session.session[...])
            case .messageExecuted(let message): return named.contains(message.session[...])
            case .requestExecuted(let request): return request.requestID.map(sent.contains) ?? true
            default: return true
            }
        }
    }
}
