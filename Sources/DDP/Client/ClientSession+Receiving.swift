public import Clocks

extension ClientSession {
    /// Takes a text of the server.
    public mutating func receive(_ text: String, at now: MonotonicClock.Instant) -> [Action] {
        guard isOpen else { return [] }
        heartbeat?.packetReceived()
        do throws(DDPError) {
            return receive(try ServerMessage(parsing: text), at: now)
        } catch {
            return [.event(.unusable(error))]
        }
    }

    private mutating func receive(_ message: ServerMessage, at now: MonotonicClock.Instant) -> [Action] {
        switch message {
        case .connected(let session): return connected(session, at: now)
        case .failed(let version): return versionFailed(version, at: now)
        case .ping(let id): return [.send(.pong(id: id))]
        case .pong(let id): return [.event(.pong(id: id))]
        case .error(let reason, let offending): return [.event(.refused(reason: reason, offendingMessage: offending))]
        case .result(let id, let outcome): return result(id, outcome, message)
        case .nosub(let id, let error): return takeData(message, at: now) + ended(id, error, message)
        case .added, .changed, .removed, .addedBefore, .movedBefore, .ready, .updated: return takeData(message, at: now)
        }
    }

    private mutating func connected(_ newSession: String, at now: MonotonicClock.Instant) -> [Action] {
        let isFirst = session == nil
        session = newSession
        if DDPVersion.hasPing(version), heartbeat == nil {
            heartbeat = configuration.heartbeat.map { Heartbeat(timing: $0, at: now) }
        }
        quiescence.begin(
            reviving: Set(subscriptions.filter(\.isReady).map(\.id)),
            methods: isFirst ? [] : Set(methods.all.filter { $0.wasSent && $0.outcome == nil }.map(\.id)),
            resets: !isFirst)
        return [.event(.connected(session: newSession, version: version))] + releaseIfQuiet()
    }

    private mutating func result(
        _ id: String, _ outcome: Result<JSONValue?, ApplicationError>, _ message: ServerMessage
    ) -> [Action] {
        guard var method = methods[id], method.wasSent, method.outcome == nil else { return [.event(.stray(message))] }
        method.outcome = outcome
        methods[id] = method
        return [.event(.resultReceived(method: id, outcome: outcome))] + complete(id)
    }

    /// Reports a method that has both its result and its writes, and sends the next block if it was the last.
    private mutating func complete(_ id: String) -> [Action] {
        guard let method = methods[id], let outcome = method.outcome, method.isVisible else { return [] }
        methods[id] = nil
        return [.event(.completed(method: id, outcome: outcome))] + sendMethods()
    }

    private mutating func ended(_ id: String?, _ error: ApplicationError?, _ message: ServerMessage) -> [Action] {
        guard let id else { return [.event(.stray(message))] }
        if let index = subscriptions.firstIndex(where: { $0.id == id }) {
            subscriptions.remove(at: index)
        } else if ending.remove(id) == nil {
            return [.event(.stray(message))]
        }
        return [.event(.stopped(subscription: id, error: error))]
    }

    // MARK: Data

    private mutating func takeData(_ message: ServerMessage, at now: MonotonicClock.Instant) -> [Action] {
        guard quiescence.isWaiting else {
            return show(writes.add(message, isData: isData(message), at: now), reset: false)
        }
        guard quiescence.held.count < configuration.heldMessages else { return breakConnection(at: now) }
        // What came before the waiting began comes first.
        let before = show(writes.flush(), reset: false)
        quiescence.hold(message)
        return before + releaseIfQuiet()
    }

    private mutating func releaseIfQuiet() -> [Action] {
        guard !quiescence.isWaiting else { return [] }
        let (messages, resets) = quiescence.release()
        var actions = show(messages, reset: resets)
        guard resets else { return actions }
        // Methods whose results came before the connection broke: the documents now hold what they wrote.
        for method in methods.all where method.outcome != nil && !method.wasSent && !method.isVisible {
            methods[method.id]?.isVisible = true
            actions += complete(method.id)
        }
        return actions
    }

    /// Shows documents, then what depends on them.
    mutating func show(_ messages: [ServerMessage], reset: Bool) -> [Action] {
        let data = messages.filter(isData)
        var actions: [Action] = data.isEmpty && !reset ? [] : [.event(.data(data, reset: reset))]
        for message in messages {
            switch message {
            case .ready(let ids): for id in ids { actions += becomeReady(id) }
            case .updated(let ids): for id in ids { actions += becomeVisible(id) }
            default: break
            }
        }
        return actions
    }

    private mutating func becomeReady(_ id: String) -> [Action] {
        guard let index = subscriptions.firstIndex(where: { $0.id == id }) else {
            return ending.contains(id) ? [] : [.event(.stray(.ready(subs: [id])))]
        }
        guard !subscriptions[index].isReady else { return [] }
        subscriptions[index].isReady = true
        return [.event(.ready(subscription: id))]
    }

    private mutating func becomeVisible(_ id: String) -> [Action] {
        guard let method = methods[id], method.wasSent, !method.isVisible else {
            return [.event(.stray(.updated(methods: [id])))]
        }
        methods[id]?.isVisible = true
        return complete(id)
    }
}
