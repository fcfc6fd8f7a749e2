public import Clocks

extension ClientSession {
    /// When `timerFired` is due; nil for never.
    public var wakeAt: MonotonicClock.Instant? {
        switch status {
        case .connecting: connectDeadline
        case .waiting(let until): until
        case .connected: [heartbeat?.wakeAt, writes.wakeAt].compactMap { $0 }.min()
        case .failed, .offline: nil
        }
    }

    /// Connects, unless it has or does.
    public mutating func start(at now: MonotonicClock.Instant) -> [Action] {
        switch status {
        case .offline, .failed:
            retryCount = 0
            return connect(at: now)
        case .connecting, .connected, .waiting: return []
        }
    }

    /// Connects at once if it waits, as a browser does that is online again.
    public mutating func retryNow(at now: MonotonicClock.Instant) -> [Action] {
        guard case .waiting = status else { return [] }
        retryCount += 1
        return connect(at: now)
    }

    /// Disconnects for good; `start` begins anew.
    public mutating func disconnect() -> [Action] {
        switch status {
        case .offline: []
        case .failed, .waiting: leave(.offline)
        case .connecting, .connected: [.close] + leave(.offline)
        }
    }

    /// The carrier is open: everything outstanding goes out.
    public mutating func carrierOpened(at now: MonotonicClock.Instant) -> [Action] {
        guard status == .connecting else { return [] }
        connectDeadline = nil
        retryCount = 0
        ending = []
        var actions = move(to: .connected)
        actions.append(.send(.connect(version: version, support: configuration.support, session: session)))
        for method in methods.forgetSending() {
            actions += [
                .event(.resultReceived(method: method.id, outcome: .failure(.invocationFailed))),
                .event(.completed(method: method.id, outcome: .failure(.invocationFailed))),
            ]
        }
        if session != nil {
            var front = MethodBlocks()
            for call in configuration.reconnectCalls {
                _ = front.append(newMethod(call.method, call.params, call.options))
            }
            methods.prepend(front)
        }
        return actions + sendMethods() + subscriptions.map { .send($0.message) }
    }

    /// The carrier is gone, or could not be opened.
    public mutating func carrierClosed(at now: MonotonicClock.Instant) -> [Action] {
        switch status {
        case .connecting, .connected: retryLater(at: now)
        case .waiting, .failed, .offline: []
        }
    }

    /// The time `wakeAt` has come.
    public mutating func timerFired(at now: MonotonicClock.Instant) -> [Action] {
        guard let wakeAt, now >= wakeAt else { return [] }
        switch status {
        case .connecting: return [.close] + retryLater(at: now)
        case .waiting: return retryNow(at: now)
        case .connected:
            let shown = show(writes.timerFired(at: now), reset: false)
            switch heartbeat?.timerFired(at: now) {
            case .ping: return shown + [.send(.ping())]
            case .timedOut: return shown + breakConnection(at: now)
            case .some(.none), nil: return shown
            }
        case .failed, .offline: return []
        }
    }

    /// Gives a carrier up that is open.
    mutating func breakConnection(at now: MonotonicClock.Instant) -> [Action] { [.close] + retryLater(at: now) }

    /// The server speaks no version that we propose.
    mutating func versionFailed(_ wanted: String, at now: MonotonicClock.Instant) -> [Action] {
        guard configuration.support.contains(wanted), wanted != version else {
            return [.close] + leave(.failed(version: wanted))
        }
        version = wanted
        return breakConnection(at: now)
    }

    private mutating func connect(at now: MonotonicClock.Instant) -> [Action] {
        connectDeadline = now + configuration.connectTimeout
        return move(to: .connecting) + [.open]
    }

    private mutating func retryLater(at now: MonotonicClock.Instant) -> [Action] {
        leave(.waiting(until: now + configuration.backOff.delay(after: retryCount, using: &generator)))
    }

    private mutating func leave(_ next: Status) -> [Action] {
        heartbeat = nil
        connectDeadline = nil
        return show(writes.flush(), reset: false) + move(to: next)
    }

    private mutating func move(to next: Status) -> [Action] {
        status = next
        return [.event(.status(next))]
    }
}
