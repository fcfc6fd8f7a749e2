import Clocks
import StressResults
import Verdicts

/// Numbered messages that a node sends back: each must come once, unaltered, in order, on its own session.
final class EchoTalk: ClientTalk {
    /// More than these are not sent before some have come back.
    private static let windowLimit = 4_096

    private let text: PayloadText
    // Unchecked, for the price of each message: all is used on one loop, and nothing that has one of them in hand calls
    // back here.
    @exclusivity(unchecked) private var fold = DeliveryFold(.perConnection)
    private var epoch: UInt32 = 0
    private var lastNumber: UInt32 = 0
    @exclusivity(unchecked) private var pace: TalkPace
    private var isOpen = false
    @exclusivity(unchecked) private var underWay = UnderWay<UInt32>()

    init(client: Int, pace: TalkPace) {
        text = PayloadText(salt: UInt32(truncatingIfNeeded: client))
        self.pace = pace
    }

    var wakeAt: MonotonicClock.Instant? {
        guard let overdue = underWay.overdueAt, let next = pace.due(isOpen: isOpen) else {
            return underWay.overdueAt ?? pace.due(isOpen: isOpen)
        }
        return min(overdue, next)
    }

    var isQuiet: Bool { underWay.isEmpty }
    var isDone: Bool { pace.isDone && underWay.isEmpty }

    func quieten(_ client: StressClient) { pace.quieten() }

    func start(_ client: StressClient, at now: MonotonicClock.Instant) { client.connect(now) }

    func failed(_ client: StressClient, at now: MonotonicClock.Instant) { client.reconnect(at: now) }

    func opened(_ client: StressClient, epoch: UInt32, at now: MonotonicClock.Instant) {
        self.epoch = epoch
        isOpen = true
        if let loss = fold.connect(epoch: epoch) { client.find(loss, at: now) }
        // Those who come all at once are not to speak all at once ever after.
        if pace.isAwaiting { pace.think(until: now + client.thinkTime() * client.drawFraction()) }
    }

    func received(_ bytes: UnsafeRawBufferPointer, _ client: StressClient, at now: MonotonicClock.Instant) {
        client.loop.counts.receivedBytes += bytes.count
        guard let (number, textAt) = PayloadText.number(in: bytes) else {
            return client.find(fold.receive(nil, .altered, epoch: epoch), at: now)
        }
        client.trace(.received, at: now, number: number)
        let size = client.size(of: number)
        let isIntact = text.isIntact(bytes, number: number, textAt: textAt, size: size)
        let receipt = fold.receive(Int(number), isIntact ? .intact : .altered, epoch: epoch)
        if receipt != .sound { client.find(receipt, at: now) }
        guard let entry = underWay.take(where: { $0 == number }) else { return }
        client.loop.answered(intended: entry.intended, sent: entry.sent, at: now, isLate: entry.isOverdue)
        if !entry.isOverdue { goOn(client, from: now) }
    }

    func ended(_ client: StressClient, isExcused: Bool, at now: MonotonicClock.Instant) {
        settle(client, isExcused: isExcused, at: now)
        pace.interrupt()
        client.reconnect(at: now)
    }

    /// What was under way is lost, or excused.
    private func settle(_ client: StressClient, isExcused: Bool, at now: MonotonicClock.Instant) {
        isOpen = false
        client.loop.counts.interrupted += isExcused ? underWay.punctual : 0
        // What had its time, or was overtaken, is lost whatever ended the session.
        let loss = fold.disconnect()
        if let loss = isExcused ? loss?.certain : loss { client.find(loss, at: now) }
        underWay.removeAll()
    }

    func wake(_ client: StressClient, at now: MonotonicClock.Instant) {
        // A person would have tried again; what is lost is told when it can't come any more.
        if underWay.expire(at: now) > 0 { goOn(client, from: now) }
        sendWhatIsDue(client, at: now)
    }

    func finish(_ client: StressClient, isExcused: Bool, at now: MonotonicClock.Instant) {
        settle(client, isExcused: isExcused, at: now)
    }

    private func goOn(_ client: StressClient, from now: MonotonicClock.Instant) {
        guard pace.isAwaiting else { return }
        pace.think(until: now + client.thinkTime())
        // Without a pause the next message is due at once, and the socket takes both together.
        sendWhatIsDue(client, at: now)
    }

    private func sendWhatIsDue(_ client: StressClient, at now: MonotonicClock.Instant) {
        while let intended = pace.take(at: now, isOpen: isOpen) {
            guard isOpen, underWay.count < Self.windowLimit, !client.isHeldUp else {
                client.loop.counts.missed += 1
                continue
            }
            lastNumber += 1
            let number = lastNumber
            underWay.add(number, intended: intended, at: now)
            if let violation = fold.send(Int(number)) { client.find(.wrong(violation), at: now) }
            client.send(number: number, text, size: client.size(of: number), at: now)
        }
    }
}
