import StressResults
import Verdicts

/// Numbered messages that a node sends back: each must come once, unaltered, in order, on its own session.
final class EchoTalk: ClientTalk {
    private struct UnderWay {
        var number: UInt32
        var isOverdue = false
        /// When it was to leave, and when it did.
        var intended: ContinuousClock.Instant
        var sent: ContinuousClock.Instant
    }

    private enum Pace {
        /// Until then, where nothing is under way.
        case thinking(until: ContinuousClock.Instant)
        case awaiting
        /// By a schedule: the next message, and how far apart they are.
        case scheduled(next: ContinuousClock.Instant, interval: Duration)
        case quiet
    }

    /// More than these are not sent before some have come back.
    private static let windowLimit = 4_096

    private let text: PayloadText
    private var fold = DeliveryFold(.perConnection)
    private var epoch: UInt32 = 0
    private var lastNumber: UInt32 = 0
    private var pace: Pace
    private var isOpen = false
    private var underWay: [UnderWay] = []

    init(client: Int, schedule: (first: ContinuousClock.Instant, interval: Duration)?) {
        text = PayloadText(salt: UInt32(truncatingIfNeeded: client))
        pace = schedule.map { .scheduled(next: $0.first, interval: $0.interval) } ?? .awaiting
    }

    var wakeAt: ContinuousClock.Instant? {
        let overdue = underWay.first { !$0.isOverdue }.map { $0.sent + StressContext.patience }
        let next: ContinuousClock.Instant? =
            switch pace {
            case .thinking(let until): isOpen ? until : nil
            case .scheduled(let next, _): next
            case .awaiting, .quiet: nil
            }
        guard let overdue, let next else { return overdue ?? next }
        return min(overdue, next)
    }

    var isQuiet: Bool { underWay.isEmpty }

    func quieten(_ client: StressClient) { pace = .quiet }

    func start(_ client: StressClient, at now: ContinuousClock.Instant) { client.connect(now) }

    func failed(_ client: StressClient, at now: ContinuousClock.Instant) { client.reconnect(at: now) }

    func opened(_ client: StressClient, epoch: UInt32, at now: ContinuousClock.Instant) {
        self.epoch = epoch
        isOpen = true
        if let loss = fold.connect(epoch: epoch) { client.find(loss, at: now) }
        // Those who come all at once are not to speak all at once ever after.
        if case .awaiting = pace { pace = .thinking(until: now + client.thinkTime() * client.drawFraction()) }
    }

    func received(_ bytes: UnsafeRawBufferPointer, _ client: StressClient, at now: ContinuousClock.Instant) {
        client.loop.counts.receivedBytes += bytes.count
        guard let (number, textAt) = PayloadText.number(in: bytes) else {
            return client.find(fold.receive(nil, .altered, epoch: epoch), at: now)
        }
        client.trace(.received, at: now, number: number)
        let size = client.size(of: number)
        let isIntact = text.isIntact(bytes, number: number, textAt: textAt, size: size)
        let receipt = fold.receive(Int(number), isIntact ? .intact : .altered, epoch: epoch)
        if receipt != .sound { client.find(receipt, at: now) }
        guard let index = underWay.firstIndex(where: { $0.number == number }) else { return }
        let message = underWay.remove(at: index)
        client.loop.answered(intended: message.intended, sent: message.sent, at: now, isLate: message.isOverdue)
        if !message.isOverdue { goOn(client, from: now) }
    }

    func ended(_ client: StressClient, isExcused: Bool, at now: ContinuousClock.Instant) {
        settle(client, isExcused: isExcused, at: now)
        switch pace {
        case .thinking, .awaiting: pace = .awaiting
        case .scheduled, .quiet: break
        }
        client.reconnect(at: now)
    }

    /// What was under way is lost, or excused.
    private func settle(_ client: StressClient, isExcused: Bool, at now: ContinuousClock.Instant) {
        isOpen = false
        let overdue = underWay.count(where: \.isOverdue)
        client.loop.counts.interrupted += isExcused ? underWay.count - overdue : 0
        // What had its time, or was overtaken, is lost whatever ended the session.
        let loss = fold.disconnect()
        if let loss = isExcused ? loss?.certain : loss { client.find(loss, at: now) }
        underWay.removeAll(keepingCapacity: true)
    }

    func wake(_ client: StressClient, at now: ContinuousClock.Instant) {
        for index in underWay.indices where !underWay[index].isOverdue {
            guard underWay[index].sent + StressContext.patience <= now else { break }
            underWay[index].isOverdue = true
            // A person would have tried again; what is lost is told when it can't come any more.
            if case .awaiting = pace { goOn(client, from: now) }
        }
        switch pace {
        case .thinking(let until) where isOpen && until <= now: send(client, intended: until, at: now)
        case .scheduled(var next, let interval):
            while next <= now {
                if isOpen, underWay.count < Self.windowLimit, !client.isHeldUp {
                    send(client, intended: next, at: now)
                } else {
                    client.loop.counts.missed += 1
                }
                next += interval
            }
            // The session may have ended over what was sent.
            if case .scheduled = pace { pace = .scheduled(next: next, interval: interval) }
        case .thinking, .awaiting, .quiet: break
        }
    }

    func finish(_ client: StressClient, isExcused: Bool, at now: ContinuousClock.Instant) {
        settle(client, isExcused: isExcused, at: now)
    }

    private func goOn(_ client: StressClient, from now: ContinuousClock.Instant) {
        guard case .awaiting = pace else { return }
        pace = .thinking(until: now + client.thinkTime())
        // Without a pause the next message is due at once, and the socket takes both together.
        if case .thinking(let until) = pace, until <= now, isOpen { send(client, intended: now, at: now) }
    }

    private func send(
        _ client: StressClient, intended: ContinuousClock.Instant, at now: ContinuousClock.Instant
    ) {
        lastNumber += 1
        let number = lastNumber
        if case .thinking = pace { pace = .awaiting }
        underWay.append(UnderWay(number: number, intended: intended, sent: now))
        if let violation = fold.send(Int(number)) { client.find(.wrong(violation), at: now) }
        client.send(number: number, text, size: client.size(of: number), at: now)
    }
}
