package import DDP
import History

/// A Meteor user: DDP over carriers that come and go, kept up by the rules of Meteor's client.
///
/// The history shows every message it sends and receives. Its calls of `increment` bear keys that are unique in the run,
/// so that each can be followed to the nodes that executed it.
package actor MeteorUser {
    /// One way to a carrier, given the number of the connection from 1.
    package typealias Route =
        @Sendable (_ client: VirtualClient, _ session: String, _ epoch: Int) async -> Result<any Carrier, OpenFailure>

    /// What has become of what the user asked for.
    package struct Progress: Sendable {
        /// Sessions of DDP that servers gave it, one a connection.
        package internal(set) var connects = 0
        /// How often the documents of a former connection gave way to those of a new one.
        package internal(set) var resets = 0
        /// Outcomes of calls whose writes are visible, by id.
        package internal(set) var completed: [String: Result<JSONValue?, ApplicationError>] = [:]
        /// Subscriptions whose first documents came.
        package internal(set) var ready: Set<String> = []
        /// Subscriptions that ended.
        package internal(set) var stopped: Set<String> = []
        /// Messages that brought documents, all connections together.
        package internal(set) var documents = 0
        /// The longest time between two messages of one connection, either way.
        package internal(set) var longestSilence = Duration.zero
    }

    /// The browser it uses.
    package nonisolated let client: VirtualClient
    /// Its name in the history, over all its connections.
    package nonisolated let session: String

    private let route: Route
    private var machine: ClientSession
    private var progress = Progress()
    private var carrier: (any Carrier)?
    private var epoch = 0
    /// Counts connections that were opened or given up; what a former one still brings is passed over.
    private var generation = 0
    private var calls = 0
    private var outbox: [String] = []
    private var lastMessage: ContinuousClock.Instant?
    private var isSending = false
    private var connecting: Task<Void, Never>?
    private var reader: Task<Void, Never>?
    private var timer: (due: ContinuousClock.Instant, task: Task<Void, Never>)?
    private var closing: [Task<Void, Never>] = []
    private var waiters: [Int: Waiter] = [:]
    private var nextTicket = 0

    private struct Waiter {
        var condition: @Sendable (Progress) -> Bool
        var continuation: CheckedContinuation<Bool, Never>
    }

    /// A user who has not connected.
    package init(
        _ client: VirtualClient, configuration: ClientSession.Configuration = .init(), route: @escaping Route
    ) {
        self.client = client
        self.session = client.nextSessionName()
        self.route = route
        self.machine = ClientSession(configuration: configuration, seed: client.draw { $0.next() })
    }

    /// Node at the other end of its present connection, where it said so.
    package var nodeID: String? { carrier?.nodeID }

    /// Messages that brought documents so far.
    package var documents: Int { progress.documents }

    // MARK: The script

    /// Connects, and reconnects from now on whenever the connection ends.
    package func start() { perform(machine.start(at: .now)) }

    /// Calls a method; its id is the key of its outcome.
    @discardableResult
    package func call(_ method: String, _ params: [JSONValue] = [], options: CallOptions = .init()) -> String {
        let (id, actions) = machine.call(method, params, options: options)
        perform(actions)
        return id
    }

    /// Calls `increment` with a new key; the node counts at once and answers after `delay`.
    @discardableResult
    package func increment(answeredAfter delay: Duration = .zero) -> String {
        calls += 1
        let key = JSONValue.string("\(session)/\(calls)")
        let milliseconds = delay.wholeNanoseconds / 1_000_000
        return call("increment", milliseconds == 0 ? [key] : [key, JSONValue(Int(milliseconds))])
    }

    /// Subscribes; the id stays the same over reconnects.
    @discardableResult
    package func subscribe(_ name: String, _ params: [JSONValue] = []) -> String {
        let (id, actions) = machine.subscribe(name, params)
        perform(actions)
        return id
    }

    /// Waits until the user has come so far; false when `limit` passes first.
    package func wait(within limit: Duration, until condition: @escaping @Sendable (Progress) -> Bool) async -> Bool {
        if condition(progress) { return true }
        nextTicket += 1
        let ticket = nextTicket
        let timeout = Task {
            // Cancelled: the wait is over.
            guard (try? await ContinuousClock().sleep(for: limit)) != nil else { return }
            self.resume(ticket, with: false)
        }
        defer { timeout.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { waiters[ticket] = Waiter(condition: condition, continuation: $0) }
        } onCancel: {
            Task { await self.resume(ticket, with: false) }
        }
    }

    /// Leaves for good; returns when its last connection is closed.
    package func stop() async {
        client.record(
            .scriptStep(ScriptStep(session: session, step: ScriptStep.stopStep, outcome: "ok", milliseconds: 0)))
        perform(machine.disconnect())
        timer?.task.cancel()
        let closing = closing
        self.closing = []
        for task in closing { await task.value }
    }

    // MARK: The connection

    private func perform(_ actions: [ClientSession.Action]) {
        for action in actions {
            switch action {
            case .open: open()
            case .close: drop()
            case .send(let message): send(message.text)
            case .event(let event): note(event)
            }
        }
        rearm()
        for (ticket, waiter) in waiters where waiter.condition(progress) { resume(ticket, with: true) }
    }

    private func open() {
        generation += 1
        epoch += 1
        let (attempt, epoch) = (generation, epoch)
        connecting = Task { [route, client, session] in
            let outcome = await route(client, session, epoch)
            await self.attempted(outcome, attempt)
        }
    }

    private func attempted(_ outcome: Result<any Carrier, OpenFailure>, _ attempt: Int) async {
        guard attempt == generation else {
            if case .success(let unwanted) = outcome { await unwanted.close() }
            return
        }
        connecting = nil
        switch outcome {
        case .success(let opened):
            carrier = opened
            reader = Task { await self.read(opened, attempt) }
            perform(machine.carrierOpened(at: .now))
        case .failure: perform(machine.carrierClosed(at: .now))
        }
    }

    private func read(_ carrier: any Carrier, _ attempt: Int) async {
        while !Task.isCancelled {
            do throws(CarrierError) {
                let text = try await carrier.receive(within: .seconds(600))
                guard attempt == generation else { return }
                endSilence()
                perform(machine.receive(text, at: .now))
            } catch .timedOut {
                // Whether silence is a fault is the heartbeat's to say.
            } catch {
                guard attempt == generation else { return }
                leave()
                return perform(machine.carrierClosed(at: .now))
            }
        }
    }

    /// Forgets the connection, which has ended or is to be given up.
    private func leave() {
        generation += 1
        carrier = nil
        outbox = []
        lastMessage = nil
        reader = nil
        connecting = nil
    }

    /// Gives the connection up, or the way to it.
    private func drop() {
        let (carrier, reader, connecting) = (carrier, reader, connecting)
        leave()
        connecting?.cancel()
        reader?.cancel()
        closing.append(
            Task {
                // A carrier has one reader, and closing reads.
                await reader?.value
                await carrier?.close()
                await connecting?.value
            })
    }

    private func send(_ text: String) {
        outbox.append(text)
        guard !isSending, let carrier else { return }
        isSending = true
        let attempt = generation
        Task { await self.drain(into: carrier, attempt) }
    }

    /// Sends what waits, one after the other.
    private func drain(into carrier: any Carrier, _ attempt: Int) async {
        while attempt == generation, !outbox.isEmpty {
            let text = outbox.removeFirst()
            endSilence()
            do throws(CarrierError) {
                try await carrier.send(text)
            } catch {
                // The reader learns of the end too, and says so.
                break
            }
        }
        isSending = false
        // A new connection may have come meanwhile.
        if attempt != generation, !outbox.isEmpty, let carrier = self.carrier {
            isSending = true
            await drain(into: carrier, generation)
        }
    }

    private func endSilence() {
        let now = ContinuousClock.now
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

    private func rearm() {
        guard machine.wakeAt != timer?.due else { return }
        timer?.task.cancel()
        timer = machine.wakeAt.map { due in
            (
                due,
                Task {
                    // Cancelled: another time took the place of this one.
                    guard (try? await ContinuousClock().sleep(until: due)) != nil else { return }
                    self.wake(due)
                }
            )
        }
    }

    private func wake(_ due: ContinuousClock.Instant) {
        guard timer?.due == due else { return }
        timer = nil
        perform(machine.timerFired(at: .now))
    }

    private func resume(_ ticket: Int, with isDone: Bool) {
        waiters.removeValue(forKey: ticket)?.continuation.resume(returning: isDone)
    }
}
