import Clocks
import DDP
import StressResults
import Verdicts

/// A Meteor user: a session of DDP, kept up over connections. Its method calls must come back with what they were sent and
/// be executed as often as they were sent; its subscription must bring each tick once, in order, from the session's node.
final class MeteorTalk: ClientTalk {
    private struct Call {
        var id: String
        var number: UInt32
    }

    /// More than these are not called before some have come back.
    private static let windowLimit = 1_024
    /// How far apart the ticks of its subscription are, in milliseconds.
    private static let tickInterval = 5_000
    private static let method = "tally"
    private static let publication = "ticks"

    private let text: PayloadText
    private var session: ClientSession
    private var pace: TalkPace
    private var isConnected = false
    private var lastNumber: UInt32 = 0
    private var underWay = UnderWay<Call>()
    /// The calls of the present connection.
    private var executions = ExecutionFold()
    /// Whether a call of the present connection was found executed too often; what follows says the same again.
    private var isReplayed = false
    private var ticks = TickFold()

    init(client: Int, seed: UInt64, pace: TalkPace) {
        text = PayloadText(salt: UInt32(truncatingIfNeeded: client))
        session = ClientSession(seed: seed)
        self.pace = pace
    }

    var wakeAt: MonotonicClock.Instant? {
        var due = session.wakeAt
        for instant in [underWay.overdueAt, pace.due(isOpen: isConnected)] {
            if let instant { due = due.map { min($0, instant) } ?? instant }
        }
        return due
    }

    var isQuiet: Bool { underWay.isEmpty }
    var isDone: Bool { pace.isDone && underWay.isEmpty }

    func quieten(_ client: StressClient) { pace.quieten() }

    func start(_ client: StressClient, at now: MonotonicClock.Instant) {
        perform(session.subscribe(Self.publication, [JSONValue(Self.tickInterval)]).actions, client, now)
        perform(session.start(at: now), client, now)
    }

    func opened(_ client: StressClient, epoch: UInt32, at now: MonotonicClock.Instant) {
        executions = ExecutionFold()
        isReplayed = false
        perform(session.carrierOpened(at: now), client, now)
    }

    func failed(_ client: StressClient, at now: MonotonicClock.Instant) {
        perform(session.carrierClosed(at: now), client, now)
    }

    func received(_ bytes: UnsafeRawBufferPointer, _ client: StressClient, at now: MonotonicClock.Instant) {
        client.loop.counts.receivedBytes += bytes.count
        perform(session.receive(String(decoding: bytes, as: UTF8.self), at: now), client, now)
    }

    func ended(_ client: StressClient, isExcused: Bool, at now: MonotonicClock.Instant) {
        endTicks(client, at: now)
        isConnected = false
        perform(session.carrierClosed(at: now), client, now)
        pace.interrupt()
    }

    func wake(_ client: StressClient, at now: MonotonicClock.Instant) {
        if let wakeAt = session.wakeAt, wakeAt <= now { perform(session.timerFired(at: now), client, now) }
        // DDP sends again what has no result, whatever its client thinks of the time it takes.
        _ = underWay.expire(at: now)
        callWhatIsDue(client, at: now)
    }

    func finish(_ client: StressClient, isExcused: Bool, at now: MonotonicClock.Instant) {
        endTicks(client, at: now)
        guard !underWay.isEmpty else { return }
        if isExcused {
            client.loop.counts.interrupted += underWay.count
        } else {
            let numbers = underWay.entries.map { String($0.message.number) }.prefix(16).joined(separator: ", ")
            client.find(
                FindingCode.methodLost, "calls \(numbers) of session \(client.sessionName) never came back",
                count: underWay.count, at: now)
        }
        underWay.removeAll()
    }

    private func perform(
        _ actions: [ClientSession.Action], _ client: StressClient, _ now: MonotonicClock.Instant
    ) {
        for action in actions {
            switch action {
            case .open: client.connect(now)
            case .close: client.dropLink(at: now)
            case .send(let message):
                if case .method = message { executions.send() }
                client.send(text: message.text, at: now)
            case .event(let event): note(event, client, now)
            }
        }
    }

    private func note(_ event: ClientSession.Event, _ client: StressClient, _ now: MonotonicClock.Instant) {
        switch event {
        case .connected:
            isConnected = true
            if underWay.isEmpty { pace.think(until: now + client.thinkTime() * client.drawFraction()) }
        case .completed(let id, let outcome): completed(id, outcome, client, now)
        case .data(let messages, _):
            for message in messages { judge(message, client, now) }
        case .unusable(let error):
            client.find(
                FindingCode.ddpUnusable, "session \(client.sessionName) received what is no DDP: \(error)", at: now)
        case .status, .resultReceived, .ready, .stopped, .pong, .refused, .stray: break
        }
    }

    // MARK: Calls

    private func callWhatIsDue(_ client: StressClient, at now: MonotonicClock.Instant) {
        while let intended = pace.take(at: now, isOpen: isConnected) {
            guard isConnected, underWay.count < Self.windowLimit, !client.isHeldUp else {
                client.loop.counts.missed += 1
                continue
            }
            lastNumber += 1
            let (id, actions) = session.call(Self.method, [.string(payload(lastNumber, client))])
            underWay.add(Call(id: id, number: lastNumber), intended: intended, at: now)
            client.loop.counts.sent += 1
            client.trace(.sent, at: now, number: lastNumber)
            perform(actions, client, now)
        }
    }

    private func completed(
        _ id: String, _ outcome: Result<JSONValue?, ApplicationError>, _ client: StressClient,
        _ now: MonotonicClock.Instant
    ) {
        guard let entry = underWay.take(where: { $0.id == id }) else { return }
        client.trace(.received, at: now, number: entry.message.number)
        client.loop.answered(intended: entry.intended, sent: entry.sent, at: now, isLate: entry.isOverdue)
        judge(outcome, of: entry.message.number, client, now)
        pace.think(until: now + client.thinkTime())
    }

    private func judge(
        _ outcome: Result<JSONValue?, ApplicationError>, of number: UInt32, _ client: StressClient,
        _ now: MonotonicClock.Instant
    ) {
        if case .failure(let error) = outcome, error.error == 404 {
            // An app that is none of ours knows no such method, and has answered.
            client.loop.counts.unjudgedResults += 1
            return
        }
        let result = if case .success(.object(let result)?) = outcome { result } else { JSONObject() }
        guard result["text"] == .string(payload(number, client)) else {
            return client.find(
                FindingCode.messageAltered,
                "the result of call \(number) of session \(client.sessionName) is not what was sent", at: now)
        }
        guard let count = result["count"]?.integerValue else { return }
        executions.execute(total: UInt32(clamping: count))
        guard !isReplayed, let violation = executions.violation else { return }
        isReplayed = true
        client.find(
            violation.code,
            "session \(client.sessionName) sent \(violation.sends) calls, and its node executed \(violation.executions)",
            count: Int(violation.executions - violation.sends), at: now)
    }

    private func payload(_ number: UInt32, _ client: StressClient) -> String {
        text.write(number: number, size: client.size(of: number), into: &client.loop.scratch)
        return String(decoding: client.loop.scratch, as: UTF8.self)
    }

    // MARK: Documents

    private func judge(_ message: ServerMessage, _ client: StressClient, _ now: MonotonicClock.Instant) {
        guard case .added(Self.publication, _, let fields) = message else {
            if case .changed(Self.publication, _, let fields, _) = message { hear(fields, client, now) }
            return
        }
        // What was seen on a former connection is gone with it.
        ticks = TickFold()
        hear(fields, client, now)
        guard let node = fields["nodeID"]?.stringValue, let owner = client.owner, client.loop.names[owner] != node
        else { return }
        client.find(
            FindingCode.documentStale,
            "session \(client.sessionName), which \(client.loop.names[owner]) opened, brought a document of \(node)",
            at: now)
    }

    private func hear(_ fields: JSONObject, _ client: StressClient, _ now: MonotonicClock.Instant) {
        guard let number = fields["n"]?.integerValue, let violation = ticks.hear(number) else { return }
        find(violation, client, now)
    }

    private func endTicks(_ client: StressClient, at now: MonotonicClock.Instant) {
        if let violation = ticks.drain() { find(violation, client, now) }
        ticks = TickFold()
    }

    private func find(_ violation: CounterViolation, _ client: StressClient, _ now: MonotonicClock.Instant) {
        client.find(
            violation.code, violation.sentence(counter: "the subscription of session \(client.sessionName)"), at: now)
    }
}
