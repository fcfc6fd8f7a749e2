import Clocks
import DDP
import Fleet
import History
import NIOCore
import SockJS
import StressResults
import Verdicts
import WebSocketCodec
import Wire

/// One virtual client of a stress run: it connects, talks, reconnects by Meteor's rule, and judges all that comes. On one
/// event loop, without tasks or locks.
final class StressClient {
    private enum Phase {
        case idle
        case connecting
        case open
        /// Before the next attempt; without a time the talk says when.
        case waiting(until: MonotonicClock.Instant?)
        case left
    }

    /// Its number, from 0, among all clients of the scenario.
    let number: Int
    /// It lets its clients go at the end.
    let loop: StressLoop
    let wanted: StressTransport
    let talk: any ClientTalk
    private var random: ClientRandom
    private var timer: Int?
    /// When that fires, at the latest.
    private var timerAt: MonotonicClock.Instant?
    private var link: (any ClientLink)?
    private var phase = Phase.idle
    var cookies: CookieJar?
    /// The `Cookie` field of any request; nil where it is not the same for all, or not known.
    var cookieField: String?
    private var epoch: UInt32 = 0
    private var attempts = 0
    /// When the present attempt began.
    private var attemptedAt: HistoryTime { HistoryTime(attemptStart) }
    var heardAt = HistoryTime(nanoseconds: .min)
    /// When requests under way were sent, where they are judged.
    var requestTimes: [Int: HistoryTime] = [:]
    /// Whether the session went to a wrong node, from which all follows that comes after.
    var isBroken = false
    /// Whether the last session ended by somebody's fault but ours; that its client then hurries follows from it.
    private var isBlamed = false
    var stickiness = StickinessFold()
    var continuity = ContinuityFold()
    private var attemptStart = MonotonicClock.now
    /// The node that opened the session.
    var owner: NameNumber?
    /// The session's node may be named by its upgrade before it is open.
    var opener: NameNumber?
    private var transport = StressTransport.rawWebSocket
    /// Kinds of violations already found in this session.
    private var found: [String] = []

    init(number: Int, loop: StressLoop, at now: MonotonicClock.Instant) {
        let scenario = loop.context.scenario
        self.number = number
        self.loop = loop
        wanted = scenario.mix.transport(of: number)
        var random = ClientRandom(seed: scenario.seed, name: String(number))
        let phase = Double.random(in: 0..<1, using: &random)
        let pace = TalkPace(
            scenario.sendTimes(of: number, start: loop.startedAt, phase: phase), limit: scenario.messages)
        talk =
            switch scenario.application {
            case .echo: EchoTalk(client: number, pace: pace)
            case .ddp: MeteorTalk(client: number, seed: random.next(), pace: pace)
            }
        self.random = random
    }

    /// Begins to connect.
    func arrive(at now: MonotonicClock.Instant) {
        timer = loop.timers.add(self)
        loop.counts.clients += 1
        talk.start(self, at: now)
        rearm()
    }

    /// Says no more; sessions stay open until it leaves.
    func quieten() {
        talk.quieten(self)
        rearm()
    }

    /// Whether nothing is under way.
    var isQuiet: Bool { talk.isQuiet }

    /// Whether it has said all that it was to say, and nothing is under way.
    var isDone: Bool { talk.isDone }

    /// Whether it has a session.
    var isOpen: Bool {
        if case .open = phase { return true }
        return false
    }

    /// Leaves for good, and tells what never came.
    func leave(at now: MonotonicClock.Instant) {
        if let recovery = continuity.drain(at: HistoryTime(now), outages: loop.outages) { loop.recovered(recovery) }
        if isOpen {
            talk.finish(self, isExcused: wasAway(at: now), at: now)
            loop.gauge(transport, at: owner, by: -1)
        }
        countOut()
        phase = .left
        link?.close()
        link = nil
        if let timer { loop.timers.remove(timer) }
        timer = nil
    }

    // MARK: What the talk asks for

    /// A think time of its own.
    func thinkTime() -> Duration { loop.context.scenario.think.draw(using: &random) }

    /// A number from 0 up to 1.
    func drawFraction() -> Double { Double.random(in: 0..<1, using: &random) }

    func size(of number: UInt32) -> Int { loop.context.size(of: number, client: self.number) }

    var isHeldUp: Bool { link?.isHeldUp ?? false }

    func send(number: UInt32, _ text: PayloadText, size: Int, at now: MonotonicClock.Instant) {
        text.write(number: number, size: size, into: &loop.scratch)
        trace(.sent, at: now, number: number)
        loop.counts.sent += 1
        loop.counts.sentBytes += loop.scratch.count
        let bytes = loop.scratch
        bytes.withUnsafeBytes { put($0, at: now) }
    }

    func send(text: String, at now: MonotonicClock.Instant) {
        var text = text
        loop.counts.sentBytes += text.utf8.count
        text.withUTF8 { put(UnsafeRawBufferPointer($0), at: now) }
    }

    private func put(_ bytes: UnsafeRawBufferPointer, at now: MonotonicClock.Instant) {
        do throws(SendQueueFull) {
            try link?.send(bytes, at: now)
        } catch {
            find(.sendsHeldUp, "client \(number): \(error)", at: now)
        }
    }

    func trace(
        _ event: TraceRing.Event, at now: MonotonicClock.Instant, number: UInt32 = 0,
        node: NameNumber? = nil, status: Int = 0
    ) {
        loop.traces.record(event, of: self.number, at: now, number: number, node: node, status: status)
    }

    func find(_ receipt: DeliveryReceipt, at now: MonotonicClock.Instant) {
        guard case .wrong(let violation) = receipt else { return }
        find(violation.code(), violation.sentence(session: sessionName), at: now)
    }

    func find(_ violation: ContinuityViolation, at now: MonotonicClock.Instant) {
        find(violation.code, violation.sentence(session: sessionName, names: loop.names), at: now)
    }

    func find(_ loss: DeliveryLoss, at now: MonotonicClock.Instant) {
        find(FindingCode.messageLost, loss.sentence(session: sessionName), count: loss.count, at: now)
    }

    func find(_ code: FindingCode, _ message: String, count: Int = 1, at now: MonotonicClock.Instant) {
        let isFirst = !found.contains(code.rawValue)
        if isFirst { found.append(code.rawValue) }
        loop.find(code, message, client: number, count: count, isFirstOfSession: isFirst, at: now)
    }

    /// What is wrong with an attempt to get a session counts for none of the sessions there are.
    private func findOfAttempt(_ code: FindingCode, _ message: String, at now: MonotonicClock.Instant) {
        loop.find(code, message, client: number, count: 1, isFirstOfSession: false, at: now)
    }

    /// Its session, as sentences name it.
    var sessionName: String { "\(number).\(epoch)" }

    // MARK: The way to a session

    /// Begins an attempt.
    func connect(_ now: MonotonicClock.Instant) {
        countOut()
        phase = .connecting
        loop.gauges.connecting += 1
        loop.counts.attempts += 1
        attemptStart = now
        if let storm = continuity.attempt(at: attemptedAt, allowance: StressContext.attemptAllowance),
            !isBlamed
        {
            findOfAttempt(storm.code, storm.sentence(session: sessionName, names: loop.names), at: now)
        }
        opener = nil
        trace(.attempt, at: now)
        let link = makeLink()
        self.link = link
        link.start(at: now)
    }

    private func makeLink() -> any ClientLink {
        let context = loop.context
        let source = context.source(of: number)
        guard case .sockJS(let transport) = wanted else {
            return RawWebSocketLink(
                loop.line, from: source, target: context.rawWebSocket.path, limit: StressContext.patience, owner: self)
        }
        let configuration = SockJSClientSession.Configuration(
            options: loop.options(for: transport), service: context.service.path, host: context.target.host)
        let session = SockJSClientSession(
            configuration, names: ClientRandom(seed: random.next(), name: ""),
            marks: MarkGenerator(using: ClientRandom(seed: random.next(), name: "")))
        return SockJSLink(loop.line, from: source, session: session, owner: self)
    }

    /// The session is open.
    func opened(on transport: StressTransport, _ now: MonotonicClock.Instant) {
        loop.gauges.connecting -= 1
        phase = .open
        epoch += 1
        attempts = 0
        found = []
        isBroken = false
        requestTimes = [:]
        heardAt = HistoryTime(now)
        self.transport = transport
        owner = opener
        let time = HistoryTime(now)
        stickiness.open(on: owner, at: time)
        let opening = SessionOpening(
            attemptedAt: attemptedAt, openedAt: time, owner: owner, transport: transport.inHistory,
            wanted: wanted.inHistory)
        loop.opened(transport, at: owner, isAgain: epoch > 1, isFallback: transport != wanted)
        for violation in continuity.open(opening, outages: loop.outages) {
            // A rung whose time we slept through is no refusal.
            if case .fellBack = violation, loop.context.stalls.excuse(since: attemptStart) { continue }
            find(violation, at: now)
        }
        trace(.opened, at: now, node: owner)
        talk.opened(self, epoch: epoch, at: now)
    }

    /// No session came about.
    func failed(_ end: SessionEnd, _ now: MonotonicClock.Instant) {
        guard case .connecting = phase else { return }
        loop.gauges.connecting -= 1
        loop.counts.failedAttempts += 1
        trace(.failed, at: now)
        let stretch = ClosedRange(between: attemptedAt, and: HistoryTime(now))
        if loop.outages.first(of: nil, in: stretch) == nil {
            if loop.context.stalls.excuse(since: attemptStart) {
                loop.counts.excusedAttempts += 1
            } else {
                findOfAttempt(.sessionNotOpened, "client \(number) got no session: \(end)", at: now)
            }
        }
        link = nil
        waitForTalk()
        talk.failed(self, at: now)
        rearm()
    }

    /// The peer ended the session.
    func ended(_ end: SessionEnd, _ now: MonotonicClock.Instant) {
        guard isOpen else { return }
        trace(.ended, at: now, number: UInt32(clamping: end.code))
        lose(cause: .peer, at: now)
    }

    /// The session is over, whoever ended it.
    private func lose(cause: EndCause, at now: MonotonicClock.Instant) {
        loop.gauge(transport, at: owner, by: -1)
        let violation = continuity.end(at: HistoryTime(now), cause: cause, outages: loop.outages)
        isBlamed = violation != nil
        if let violation {
            if cause == .peer, wasGivenUp(at: now) {
                loop.counts.excusedEnds += 1
            } else {
                loop.counts.endedUnexpectedly += 1
                // A session that went to the wrong node ends there: that follows from it.
                if !isBroken { find(violation, at: now) }
            }
        } else {
            loop.counts.endedByFault += 1
        }
        link = nil
        waitForTalk()
        // With the session goes what was under way on it.
        talk.ended(self, isExcused: true, at: now)
        rearm()
    }

    /// Tries again after the time that Meteor's rule gives.
    func reconnect(at now: MonotonicClock.Instant) {
        guard case .waiting = phase else { return }
        let delay = BackOff().delay(after: attempts, using: &random)
        attempts += 1
        phase = .waiting(until: now + delay)
    }

    /// Gives the session up, or the way to it, as a client does whose server says nothing.
    func dropLink(at now: MonotonicClock.Instant) {
        let link = link
        switch phase {
        case .open:
            trace(.ended, at: now)
            lose(cause: .deadline, at: now)
        case .connecting:
            loop.gauges.connecting -= 1
            loop.counts.failedAttempts += 1
            self.link = nil
            waitForTalk()
        case .idle, .waiting, .left: break
        }
        link?.cut()
    }

    private func waitForTalk() {
        loop.gauges.waiting += 1
        phase = .waiting(until: nil)
    }

    /// Whether its peer may have given its session up as our own process stood still.
    func wasGivenUp(at now: MonotonicClock.Instant) -> Bool {
        loop.context.stalls.excuseEnd(ofSessionSince: attemptStart, at: now)
    }

    /// Whether its node was broken on purpose since something last came.
    private func wasAway(at now: MonotonicClock.Instant) -> Bool {
        loop.outages.first(of: owner, in: ClosedRange(between: heardAt, and: HistoryTime(now))) != nil
    }

    private func countOut() {
        switch phase {
        case .connecting: loop.gauges.connecting -= 1
        case .waiting: loop.gauges.waiting -= 1
        case .idle, .open, .left: break
        }
    }

    /// Sees that the timer fires by what is due next. One that fires before that costs less than to set it anew with every
    /// message.
    func rearm() {
        guard let timer else { return }
        var due = talk.wakeAt
        if case .waiting(let until?) = phase { due = due.map { min($0, until) } ?? until }
        if let wakeAt = link?.wakeAt { due = due.map { min($0, wakeAt) } ?? wakeAt }
        guard let due, timerAt.map({ due < $0 }) ?? true else { return }
        timerAt = due
        loop.timers.set(timer, at: due)
    }
}

extension StressClient: LoopTimerOwner {
    func timerFired(at now: MonotonicClock.Instant) {
        timerAt = nil
        if case .waiting(let until?) = phase, until <= now { connect(now) }
        if let link, let wakeAt = link.wakeAt, wakeAt <= now { link.wake(at: now) }
        if let wakeAt = talk.wakeAt, wakeAt <= now { talk.wake(self, at: now) }
        rearm()
    }
}
