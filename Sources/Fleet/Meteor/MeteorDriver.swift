import Clocks
import DDP
import History
import NIOCore
import SockJS
import Wire

/// A Meteor user on its client's event loop, and for that loop alone: does what DDP's ``ClientSession`` asks for.
final class MeteorDriver {
    private struct Waiter {
        var condition: @Sendable (MeteorUser.Progress) -> Bool
        var promise: EventLoopPromise<Bool>
        var timeout: Scheduled<Void>
    }

    private(set) var progress = MeteorUser.Progress()
    /// Node at the other end of its present connection, where it said so.
    private(set) var nodeID: String?
    private let client: VirtualClient
    private let session: String
    private let route: MeteorUser.Route
    private let alarm: LoopAlarm
    private var machine: ClientSession
    /// The present connection, or the one that is being opened. What a former one still brings is passed over.
    private var connection: (any LoopSession)?
    private var epoch = 0
    private var calls = 0
    private var lastMessage: MonotonicClock.Instant?
    /// When connections that were given up are closed.
    private var closing: [EventLoopFuture<Void>] = []
    private var waiters: [Int: Waiter] = [:]

    init(_ client: VirtualClient, _ session: String, _ machine: ClientSession, _ route: MeteorUser.Route) {
        self.client = client
        self.session = session
        self.machine = machine
        self.route = route
        alarm = LoopAlarm(loop: client.loop)
    }

    // MARK: The script

    func start(at now: MonotonicClock.Instant) { perform(machine.start(at: now), now) }

    func call(
        _ method: String, _ params: [JSONValue], options: CallOptions = .init(), at now: MonotonicClock.Instant
    ) -> String {
        let (id, actions) = machine.call(method, params, options: options)
        perform(actions, now)
        return id
    }

    func increment(answeredAfter delay: Duration, at now: MonotonicClock.Instant) -> String {
        calls += 1
        let key = JSONValue.string("\(session)/\(calls)")
        let milliseconds = delay.wholeNanoseconds / 1_000_000
        return call("increment", milliseconds == 0 ? [key] : [key, JSONValue(Int(milliseconds))], at: now)
    }

    func subscribe(_ name: String, _ params: [JSONValue], at now: MonotonicClock.Instant) -> String {
        let (id, actions) = machine.subscribe(name, params)
        perform(actions, now)
        return id
    }

    /// Whether the user comes so far before `limit` passes.
    func wait(
        _ ticket: Int, within limit: Duration, until condition: @escaping @Sendable (MeteorUser.Progress) -> Bool
    ) -> EventLoopFuture<Bool> {
        if condition(progress) { return client.loop.makeSucceededFuture(true) }
        let promise = client.loop.makePromise(of: Bool.self)
        let timeout = client.loop.assumeIsolated().scheduleTask(in: TimeAmount(limit)) { [weak self] in
            // Whoever let the user go waits no more.
            guard let self else { return promise.succeed(false) }
            self.resume(ticket, with: false)
        }
        waiters[ticket] = Waiter(condition: condition, promise: promise, timeout: timeout)
        return promise.futureResult
    }

    /// Ends a wait.
    func resume(_ ticket: Int, with isDone: Bool) {
        guard let waiter = waiters.removeValue(forKey: ticket) else { return }
        waiter.timeout.cancel()
        waiter.promise.succeed(isDone)
    }

    /// Leaves for good; the future tells when the last connection is closed.
    func stop(at now: MonotonicClock.Instant) -> EventLoopFuture<Void> {
        client.record(
            .scriptStep(ScriptStep(session: session, step: ScriptStep.stopStep, outcome: "ok", milliseconds: 0)),
            at: now)
        perform(machine.disconnect(), now)
        let closing = closing
        self.closing = []
        return EventLoopFuture.andAllComplete(closing, on: client.loop)
    }

    // MARK: The connection

    private func perform(_ actions: [ClientSession.Action], _ now: MonotonicClock.Instant) {
        for action in actions {
            switch action {
            case .open: open(now)
            case .close: drop(now)
            case .send(let message):
                endSilence(now)
                connection?.send(message.text, at: now)
            case .event(let event): note(event)
            }
        }
        alarm.set(at: machine.wakeAt) { [weak self] now in
            guard let self else { return }
            self.perform(self.machine.timerFired(at: now), now)
        }
        for (ticket, waiter) in waiters where waiter.condition(progress) { resume(ticket, with: true) }
    }

    private func open(_ now: MonotonicClock.Instant) {
        epoch += 1
        let connection = route.make(client, session, epoch, self)
        self.connection = connection
        connection.start(at: now)
    }

    /// Gives the connection up, or the way to it.
    private func drop(_ now: MonotonicClock.Instant) {
        let connection = connection
        leave()
        if let closed = connection?.close(at: now) { closing.append(closed) }
    }

    /// Forgets the connection, which has ended or is to be given up.
    private func leave() {
        connection = nil
        nodeID = nil
        lastMessage = nil
    }

    private func endSilence(_ now: MonotonicClock.Instant) {
        if let lastMessage { progress.longestSilence = max(progress.longestSilence, now - lastMessage) }
        lastMessage = now
    }

    private func note(_ event: ClientSession.Event) {
        switch event {
        case .connected: progress.connects += 1
        case .completed(let id, let outcome): progress.completed[id] = outcome
        case .ready(let id): progress.ready.insert(id)
        case .stopped(let id, _): progress.stopped.insert(id)
        case .data(let messages, let reset):
            progress.documents += messages.count
            if reset { progress.resets += 1 }
        // The messages themselves are in the history, for the checkers.
        case .status, .resultReceived, .pong, .refused, .stray, .unusable: break
        }
    }
}

extension MeteorDriver: SessionListener {
    func session(_ session: any LoopSession, opened opening: SessionOpening, at now: MonotonicClock.Instant) {
        guard session === connection else { return }
        nodeID = opening.nodeID
        perform(machine.carrierOpened(at: now), now)
    }

    func session(_ session: any LoopSession, failed failure: OpenFailure, at now: MonotonicClock.Instant) {
        guard session === connection else { return }
        leave()
        perform(machine.carrierClosed(at: now), now)
    }

    func session(
        _ session: any LoopSession, received message: SockJSMessage, at now: MonotonicClock.Instant
    ) -> WireError? {
        guard session === connection else { return nil }
        endSilence(now)
        perform(machine.receive(message.string, at: now), now)
        return nil
    }

    func session(_ session: any LoopSession, ended error: CarrierError, at now: MonotonicClock.Instant) {
        guard session === connection else { return }
        leave()
        perform(machine.carrierClosed(at: now), now)
    }
}
