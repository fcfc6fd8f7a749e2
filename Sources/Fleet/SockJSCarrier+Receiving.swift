import History
import NIOCore
import SockJS
import Synchronization
import Wire

extension SockJSCarrier {
    private enum Step {
        case request(limit: ContinuousClock.Instant)
        case read(OpenedStream)
        case pause(ContinuousClock.Instant)
        case none
    }

    /// Does what the receiver waits for next: a request, a part of a stream, or a pause.
    func step(until deadline: ContinuousClock.Instant, on connection: ConnectionUse) async throws(CarrierError) {
        let (step, generation) = state.withLock { state -> (Step, Int) in
            let limit = state.receiver.wakeAt.map { min($0, deadline) } ?? deadline
            if state.wantsRequest {
                state.wantsRequest = false
                return (.request(limit: limit), state.generation)
            }
            if let stream = state.stream { return (.read(stream), state.generation) }
            if !state.receiver.isEnded, let wakeAt = state.receiver.wakeAt { return (.pause(wakeAt), state.generation) }
            return (.none, state.generation)
        }
        switch step {
        case .request(let limit): try await request(until: limit, on: connection, generation)
        case .read(let stream): try await read(stream, until: deadline, generation)
        case .pause(let until):
            await client.hold(min(until, deadline) - .now)
            await perform { $0.receiver.wake(now: .now) }
            if until > .now { throw .timedOut }
        case .none:
            let failure = state.withLock { $0.failure }
            throw book.end ?? .closed(code: failure?.code ?? 1006, reason: failure?.reason ?? "no request is under way")
        }
    }

    /// Feeds an event to the receiver and does what it answers.
    func perform(byClient: Bool = false, _ event: (inout State) -> [ReceiveMachine.Action]) async {
        // What steers the next step changes together with the machine: another task may take that step at once.
        let (actions, requestID, cut) = state.withLock { state -> ([ReceiveMachine.Action], String?, Cut) in
            let actions = event(&state)
            var cut = Cut()
            for action in actions {
                if action == .request { state.wantsRequest = true }
                if action == .abort { cut = state.giveUp() }
            }
            return (actions, state.response?.requestID, cut)
        }
        for action in actions {
            switch action {
            case .request: break
            case .abort:
                await cut.stream?.stream.abort()
                await cut.cutter?.cut()
            case .prelude(let bytes): book.recordFrame(.prelude, bytes: bytes, requestID: requestID)
            case .heartbeat: book.recordFrame(.heartbeat, bytes: 1, requestID: requestID)
            case .messages(let messages): book.deliver(messages)
            case .malformed(let error):
                book.recordFrame(.malformed, bytes: error.excerpt.utf8.count, requestID: requestID)
            case .open:
                guard let response = state.withLock({ $0.response }) else { continue }
                book.recordOpened(transport: .sockJS(plan.transport), by: response)
                state.withLock { $0.owner = response }
            case .end(let end):
                let isOpen = state.withLock { state in
                    state.sender.close()
                    if state.owner == nil { state.failure = end }
                    return state.owner != nil
                }
                if isOpen { book.end(end, cause: byClient ? .client : .peer) }
            }
        }
    }

    private func request(
        until limit: ContinuousClock.Instant, on connection: ConnectionUse, _ generation: Int
    ) async throws(CarrierError) {
        let cutter = RequestCutter()
        state.withLock { $0.cutter = cutter }
        let marks = client.nextMarks()
        let form = ClientRequestForm.receive(plan.transport, marks)
        let request = RequestPlan(
            label: nodeID == nil && !state.withLock({ $0.receiver.isOpen }) ? .pollOpen : .poll,
            session: session, connection: connection, limit: max(.zero, limit - .now),
            leg: RequestLeg(receiving: plan.transport.receiving, inIframe: plan.transport.usesIframe), cutter: cutter)
        let outcome: RequestOutcome
        if plan.transport.isStreaming {
            switch await client.stream(form.method, path.target(form), request) {
            case .opened(let opened):
                let isWanted = state.withLock { state in
                    guard state.generation == generation else { return false }
                    state.stream = opened
                    state.streamBytes = 0
                    state.response = opened.response
                    state.last = .response(opened.response, body: "")
                    return true
                }
                guard isWanted else { return await opened.stream.abort() }
                return await perform { $0.receiver.responded(status: 200, callback: marks.callback, now: .now) }
            case .refused(let refused): outcome = refused
            }
        } else {
            outcome = await client.request(form.method, path.target(form), request)
        }
        guard state.withLock({ $0.generation == generation }) else { return }
        state.withLock { $0.last = outcome }
        switch outcome {
        case .response(let response, let body):
            state.withLock { $0.response = response }
            await perform { $0.receiver.responded(status: response.status, callback: marks.callback, now: .now) }
            guard response.status == 200 else { return }
            await perform { $0.receiver.received(body.utf8, now: .now) }
            await perform { $0.receiver.ended(now: .now) }
        case .failed(let failed):
            guard failed.failure == .timedOut else {
                return await perform { $0.receiver.broke(failed.detail, now: .now) }
            }
            // The client's own limit ends the session; that of a case only this request.
            let isOwnLimit = state.withLock { state in
                if let wakeAt = state.receiver.wakeAt, wakeAt <= .now { return true }
                state.wantsRequest = true
                return false
            }
            guard isOwnLimit else { throw .timedOut }
            await perform { $0.receiver.wake(now: .now) }
        }
    }

    private func read(
        _ opened: OpenedStream, until deadline: ContinuousClock.Instant, _ generation: Int
    ) async throws(CarrierError) {
        let part: ResponseStream.Part
        do throws(WireError) {
            part = try await opened.stream.next(within: max(.zero, deadline - .now))
        } catch {
            guard state.withLock({ $0.generation == generation }) else { return }
            switch error {
            case .timedOut, .cancelled: throw .timedOut
            case .connectFailed, .exhausted, .closed, .malformed, .tooMuch:
                client.brokeOff(opened, error)
                state.withLock { $0.stream = nil }
                await opened.stream.abort()
                return await perform { $0.receiver.broke("\(error)", now: .now) }
            }
        }
        guard state.withLock({ $0.generation == generation }) else { return }
        switch part {
        case .bytes(let bytes, let arrived):
            await client.hold(arrived + client.profile.answerDelay - .now)
            state.withLock { $0.streamBytes += bytes.readableBytes }
            await perform { $0.receiver.received(bytes.readableBytesView, now: .now) }
        case .end:
            let bytes = state.withLock { state in
                state.stream = nil
                return state.streamBytes
            }
            if opened.endsConnection { await opened.stream.abort() }
            book.recordFrame(.end, bytes: bytes, requestID: opened.requestID)
            await perform { $0.receiver.ended(now: .now) }
        }
    }
}

extension SockJSCarrier {
    /// A request that is given up.
    struct Cut: Sendable {
        var stream: OpenedStream?
        var cutter: RequestCutter?
    }
}

extension SockJSCarrier.State {
    /// Forgets the request under way; the caller cuts it.
    mutating func giveUp() -> SockJSCarrier.Cut {
        defer {
            generation += 1
            wantsRequest = false
            stream = nil
            cutter = nil
        }
        return SockJSCarrier.Cut(stream: stream, cutter: stream == nil ? cutter : nil)
    }
}

extension SessionPath {
    /// The request target of the same session for this request.
    func target(_ form: ClientRequestForm) -> String { "\(prefix)/\(server)/\(session)\(form.suffix)" }
}
