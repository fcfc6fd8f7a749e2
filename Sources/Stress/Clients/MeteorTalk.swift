import DDP
import StressResults
import Verdicts

/// A Meteor user: a session of DDP, kept up over connections, whose method calls must come back with what they were sent.
final class MeteorTalk: ClientTalk {
    private struct UnderWay {
        var id: String
        var number: UInt32
        var intended: ContinuousClock.Instant
        var sent: ContinuousClock.Instant
        var isOverdue = false
    }

    private enum Pace {
        case thinking(until: ContinuousClock.Instant)
        case awaiting
        case scheduled(next: ContinuousClock.Instant, interval: Duration)
        case quiet
    }

    private static let windowLimit = 1_024

    private let text: PayloadText
    private var session: ClientSession
    private var pace: Pace
    private var isConnected = false
    private var lastNumber: UInt32 = 0
    private var underWay: [UnderWay] = []

    init(client: Int, seed: UInt64, schedule: (first: ContinuousClock.Instant, interval: Duration)?) {
        text = PayloadText(salt: UInt32(truncatingIfNeeded: client))
        session = ClientSession(seed: seed)
        pace = schedule.map { .scheduled(next: $0.first, interval: $0.interval) } ?? .awaiting
    }

    var wakeAt: ContinuousClock.Instant? {
        var due = session.wakeAt
        func consider(_ instant: ContinuousClock.Instant?) {
            if let instant { due = due.map { min($0, instant) } ?? instant }
        }
        consider(underWay.first { !$0.isOverdue }.map { $0.sent + StressContext.patience })
        switch pace {
        case .thinking(let until): consider(isConnected ? until : nil)
        case .scheduled(let next, _): consider(next)
        case .awaiting, .quiet: break
        }
        return due
    }

    var isQuiet: Bool { underWay.isEmpty }

    func quieten(_ client: StressClient) { pace = .quiet }

    func start(_ client: StressClient, at now: ContinuousClock.Instant) {
        perform(session.start(at: now), client, now)
    }

    func opened(_ client: StressClient, epoch: UInt32, at now: ContinuousClock.Instant) {
        perform(session.carrierOpened(at: now), client, now)
    }

    func failed(_ client: StressClient, at now: ContinuousClock.Instant) {
        perform(session.carrierClosed(at: now), client, now)
    }

    func received(_ bytes: UnsafeRawBufferPointer, _ client: StressClient, at now: ContinuousClock.Instant) {
        client.loop.counts.receivedBytes += bytes.count
        perform(session.receive(String(decoding: bytes, as: UTF8.self), at: now), client, now)
    }

    func ended(_ client: StressClient, isExcused: Bool, at now: ContinuousClock.Instant) {
        isConnected = false
        perform(session.carrierClosed(at: now), client, now)
        if case .thinking = pace { pace = .awaiting }
    }

    func wake(_ client: StressClient, at now: ContinuousClock.Instant) {
        if let wakeAt = session.wakeAt, wakeAt <= now { perform(session.timerFired(at: now), client, now) }
        for index in underWay.indices where !underWay[index].isOverdue {
            guard underWay[index].sent + StressContext.patience <= now else { break }
            underWay[index].isOverdue = true
        }
        switch pace {
        case .thinking(let until) where isConnected && until <= now: call(client, intended: until, at: now)
        case .scheduled(var next, let interval):
            while next <= now {
                if isConnected, underWay.count < Self.windowLimit, !client.isHeldUp {
                    call(client, intended: next, at: now)
                } else {
                    client.loop.counts.missed += 1
                }
                next += interval
            }
            pace = .scheduled(next: next, interval: interval)
        case .thinking, .awaiting, .quiet: break
        }
    }

    func finish(_ client: StressClient, isExcused: Bool, at now: ContinuousClock.Instant) {
        guard !underWay.isEmpty else { return }
        if isExcused {
            client.loop.counts.interrupted += underWay.count
        } else {
            let numbers = underWay.map { String($0.number) }.prefix(16).joined(separator: ", ")
            client.find(
                FindingCode.methodLost, "calls \(numbers) of session \(client.sessionName) never came back",
                count: underWay.count, at: now)
        }
        underWay = []
    }

    private func perform(
        _ actions: [ClientSession.Action], _ client: StressClient, _ now: ContinuousClock.Instant
    ) {
        for action in actions {
            switch action {
            case .open: client.connect(now)
            case .close: client.dropLink(at: now)
            case .send(let message): client.send(text: message.text, at: now)
            case .event(let event): note(event, client, now)
            }
        }
    }

    private func note(_ event: ClientSession.Event, _ client: StressClient, _ now: ContinuousClock.Instant) {
        switch event {
        case .connected:
            isConnected = true
            if case .awaiting = pace, underWay.isEmpty {
                pace = .thinking(until: now + client.thinkTime() * client.drawFraction())
            }
        case .completed(let id, let outcome): completed(id, outcome, client, now)
        case .unusable(let error):
            client.find(
                FindingCode.ddpUnusable, "session \(client.sessionName) received what is no DDP: \(error)", at: now)
        case .status, .resultReceived, .data, .ready, .stopped, .pong, .refused, .stray: break
        }
    }

    private func completed(
        _ id: String, _ outcome: Result<JSONValue?, ApplicationError>, _ client: StressClient,
        _ now: ContinuousClock.Instant
    ) {
        guard let index = underWay.firstIndex(where: { $0.id == id }) else { return }
        let message = underWay.remove(at: index)
        client.trace(.received, at: now, number: message.number)
        client.loop.answered(
            intended: message.intended, sent: message.sent, at: now, isLate: message.isOverdue)
        if case .success(.string(let echoed)?) = outcome, echoed == payload(message.number, client) {
        } else {
            client.find(
                FindingCode.messageAltered,
                "the result of call \(message.number) of session \(client.sessionName) is not what was sent", at: now)
        }
        guard case .awaiting = pace else { return }
        pace = .thinking(until: now + client.thinkTime())
    }

    private func call(
        _ client: StressClient, intended: ContinuousClock.Instant, at now: ContinuousClock.Instant
    ) {
        lastNumber += 1
        if case .thinking = pace { pace = .awaiting }
        let (id, actions) = session.call("echo", [.string(payload(lastNumber, client))])
        underWay.append(UnderWay(id: id, number: lastNumber, intended: intended, sent: now))
        client.loop.counts.sent += 1
        client.trace(.sent, at: now, number: lastNumber)
        perform(actions, client, now)
    }

    private func payload(_ number: UInt32, _ client: StressClient) -> String {
        text.write(number: number, size: client.size(of: number), into: &client.loop.scratch)
        return String(decoding: client.loop.scratch, as: UTF8.self)
    }
}
