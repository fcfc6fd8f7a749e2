import History
import SockJS
import Synchronization

extension SockJSCarrier {
    private enum Turn {
        case act(SendQueue.Action)
        case wait(ContinuousClock.Instant)
        case stop
    }

    func send(
        _ message: SockJSMessage, on connection: ConnectionUse, within limit: Duration
    ) async throws(CarrierError) {
        if let end = book.end { throw end }
        book.recordSent(message)
        let drains: Bool
        do throws(SendQueueFull) {
            drains = try enqueue(message)
        } catch {
            throw book.end(SessionEnd(code: 1006, reason: "\(error)"), cause: .client)
        }
        guard drains else { return }
        switch plan.pace {
        case .onDemand:
            await drain(connection, limit)
            if let end = book.end { throw end }
        case .continuous: Task { await self.drain(connection, limit) }
        }
    }

    /// Queues a message; true when the caller is to drain the queue.
    private func enqueue(_ message: SockJSMessage) throws(SendQueueFull) -> Bool {
        try state.withLock { state throws(SendQueueFull) in
            if let action = try state.sender.enqueue(message, now: .now) { state.sendAction = action }
            defer { state.isDraining = true }
            return !state.isDraining
        }
    }

    private func drain(_ connection: ConnectionUse, _ limit: Duration) async {
        while true {
            let turn = state.withLock { state -> Turn in
                if let action = state.sendAction ?? state.sender.wake(now: .now) {
                    state.sendAction = nil
                    return .act(action)
                }
                if let wakeAt = state.sender.wakeAt { return .wait(wakeAt) }
                state.isDraining = false
                return .stop
            }
            switch turn {
            case .stop: return
            case .wait(let until): await client.hold(until - .now)
            case .act(.end(let end)): await perform { $0.receiver.close(end) }
            case .act(.send(let messages)): await send(messages, connection, limit)
            }
        }
    }

    private func send(_ messages: [SockJSMessage], _ connection: ConnectionUse, _ limit: Duration) async {
        let form = ClientRequestForm.send(messages, on: plan.transport, client.nextMarks())
        let outcome = await client.request(
            form.method, path.target(form), headers: form.contentType.map { [("Content-Type", $0)] } ?? [],
            body: form.body,
            RequestPlan(
                label: .send, session: session, connection: connection, limit: limit,
                leg: RequestLeg(receiving: plan.transport.sending, inIframe: plan.transport.usesIframe)))
        state.withLock { state in
            state.sendAction =
                switch outcome {
                case .response(let response, _): state.sender.answered(status: response.status, now: .now)
                case .failed(let failed): state.sender.failed(failed.detail, now: .now)
                }
        }
    }
}
