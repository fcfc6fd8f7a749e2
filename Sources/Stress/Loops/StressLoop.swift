import Clocks
import Claims
import Fleet
import Foundation
import History
import NIOCore
import SockJS
import Statistics
import StressResults
import Verdicts
import WebSocketCodec
import Wire

/// The clients of a run that live on one event loop, with what they count. For that loop alone.
final class StressLoop {
    /// Violations of one kind that are shown at most.
    private static let sampleLimit = 5
    /// Characters of a sentence that are kept; servers may have put in more.
    private static let messageLimit = 400

    let context: StressContext
    let line: LinkLine
    let timers: LoopTimers
    let startedAt: MonotonicClock.Instant
    // Unchecked, for the price of each message: a loop has one thread, and nothing that has one of these in hand calls
    // back here.
    @exclusivity(unchecked) var counts = StressCounts()
    var gauges = ClientGauge()
    /// Nodes and kinds of requests, as folds know them.
    var names = NameTable(limit: 256)
    /// When nodes were away.
    var outages = NodeOutages()
    /// What losses of connections cost.
    var recovery = RecoveryTimes()
    @exclusivity(unchecked) var traces = TraceRing()
    /// Where messages are put together.
    @exclusivity(unchecked) var scratch: [UInt8] = []
    let pollName: NameNumber
    let sendName: NameNumber
    private(set) var samples: [SampledViolation] = []
    @exclusivity(unchecked) private var service = HdrHistogram(.latency)
    @exclusivity(unchecked) private var response = HdrHistogram(.latency)
    /// Response times that a snapshot has told.
    private var told = HdrHistogram(.latency)
    private var optionsByTransport: [ClientTransport: ClientOptions] = [:]
    /// Those that are to come, the last one first.
    private var toCome: [Int]
    private var arrivalTimer: Int?
    private var clients: [StressClient] = []

    /// The clients with these numbers, on this loop.
    init(_ context: StressContext, numbers: [Int], on loop: any EventLoop, startingAt start: MonotonicClock.Instant) {
        self.context = context
        startedAt = start
        line = LinkLine(
            loop: loop,
            factory: ConnectionFactory(target: context.target.endpoint, limit: StressContext.patience),
            webSocketFactory: ConnectionFactory(
                target: context.target.entrance(forUpgrade: true).endpoint, limit: StressContext.patience),
            limits: context.limits, reuse: .kept,
            deflateOffers: context.scenario.offersDeflate ? [DeflateOffer()] : [])
        timers = LoopTimers(loop: loop)
        pollName = names.number(of: "poll")
        sendName = names.number(of: "send")
        toCome = numbers.reversed()
        clients.reserveCapacity(numbers.count)
    }

    /// Lets the clients arrive from now on, each at its time.
    func begin() {
        arrivalTimer = timers.add(self)
        timerFired(at: .now)
    }

    /// The clients' library constants for one that wants this transport: it falls back as browsers do, and our own load is
    /// no reason to.
    func options(for transport: ClientTransport) -> ClientOptions {
        if let known = optionsByTransport[transport] { return known }
        let rest = ClientOptions.defaultLadder.drop { $0 != transport }
        var options = ClientOptions(ladder: rest.isEmpty ? [transport] : rest.filter { !$0.usesIframe })
        options.leastTransportDeadline = StressContext.patience
        options.leastFallbackDeadline = StressContext.patience
        options.byteLimit = context.byteLimit
        optionsByTransport[transport] = options
        return options
    }

    /// Time of day, for cookies.
    var secondsSince1970: Int64 { Int64(Date().timeIntervalSince1970) }

    // MARK: What clients count

    func answered(
        intended: MonotonicClock.Instant, sent: MonotonicClock.Instant, at now: MonotonicClock.Instant, isLate: Bool
    ) {
        counts.answered += 1
        if isLate { counts.late += 1 }
        service.record(nanoseconds: now.nanoseconds(since: sent))
        response.record(nanoseconds: now.nanoseconds(since: intended))
    }

    func opened(_ transport: StressTransport, at node: NameNumber?, isAgain: Bool, isFallback: Bool) {
        counts.opened += 1
        counts.judgedSessions += 1
        if isAgain { counts.reopened += 1 }
        if isFallback { counts.fallbacks += 1 }
        counts.openedOn[transport.name, default: 0] += 1
        if let node { counts.openedAt[names[node], default: 0] += 1 }
        gauge(transport, at: node, by: 1)
    }

    func gauge(_ transport: StressTransport, at node: NameNumber?, by change: Int) {
        gauges.open += change
        gauges.openOn[transport.name, default: 0] += change
        if let node { gauges.openAt[names[node], default: 0] += change }
    }

    func find(
        _ code: FindingCode, _ message: String, client: Int, count: Int, isFirstOfSession: Bool,
        evidence: [String]? = nil, at now: MonotonicClock.Instant
    ) {
        counts.violations[code.rawValue, default: 0] += count
        if isFirstOfSession { counts.violatedSessions[code.rawValue, default: 0] += 1 }
        guard samples.count(where: { $0.code == code.rawValue }) < Self.sampleLimit else { return }
        samples.append(
            SampledViolation(
                code: code.rawValue, cause: code.cause.rawValue, message: String(message.prefix(Self.messageLimit)),
                client: client,
                at: (now - startedAt) / .seconds(1),
                evidence: evidence ?? traces.lines(of: client, since: startedAt, names)))
    }

    /// A client has its session back, or has waited in vain to the end.
    func recovered(_ recovery: Recovery) {
        Self.add(recovery.notice, to: &self.recovery.notice)
        Self.add(recovery.reconnect, to: &self.recovery.reconnect)
        Self.add(recovery.resume, to: &self.recovery.resume)
    }

    private static func add(_ lapse: Recovery.Lapse, to times: inout LapseTimes) {
        switch lapse {
        case .came(let time): times.came(after: time)
        case .unseen(let time): times.unseen(since: time)
        }
    }

    // MARK: What the run asks for

    /// What has been counted so far, and the response times since this was asked last.
    func snapshot() -> LoopSnapshot {
        defer { told = response }
        return LoopSnapshot(counts: counts, gauge: gauges, interval: response.since(told))
    }

    /// A node is about to be broken.
    func outageBegins(_ node: String, _ effect: NodeOutages.Effect) {
        outages.begin(names.number(of: node), effect, at: .now)
    }

    /// A node is whole again.
    func outageEnds(_ node: String) {
        outages.end(names.number(of: node), at: .now, patience: StressContext.noticePatience)
    }

    /// All clients say no more.
    func quieten() {
        toCome = []
        for client in clients { client.quieten() }
    }

    /// Whether nothing is under way any more.
    var isQuiet: Bool { clients.allSatisfy(\.isQuiet) }

    /// Whether all clients have arrived, and each has said all that it was to say.
    var isDone: Bool { toCome.isEmpty && clients.allSatisfy(\.isDone) }

    /// All clients leave; what was found in all.
    func end() -> LoopEnd {
        let now = MonotonicClock.now
        let connected = clients.count(where: \.isOpen)
        for client in clients { client.leave(at: now) }
        if let arrivalTimer { timers.remove(arrivalTimer) }
        arrivalTimer = nil
        let end = LoopEnd(
            counts: counts, service: service, response: response, samples: samples, connected: connected,
            recovery: recovery)
        clients = []
        return end
    }
}

extension StressLoop: LoopTimerOwner {
    /// Clients are due to arrive.
    func timerFired(at now: MonotonicClock.Instant) {
        while let number = toCome.last, startedAt + context.scenario.arrival(of: number) <= now {
            toCome.removeLast()
            let client = StressClient(number: number, loop: self, at: now)
            clients.append(client)
            client.arrive(at: now)
        }
        guard let arrivalTimer else { return }
        timers.set(arrivalTimer, at: toCome.last.map { startedAt + context.scenario.arrival(of: $0) })
    }
}

/// What a loop has counted so far.
struct LoopSnapshot: Sendable {
    var counts: StressCounts
    var gauge: ClientGauge
    /// Response times since the last one.
    var interval: HdrHistogram
}

/// What a loop has counted in all.
struct LoopEnd: Sendable {
    var counts: StressCounts
    var service: HdrHistogram
    var response: HdrHistogram
    var samples: [SampledViolation]
    /// Clients that had a session at the end.
    var connected: Int
    var recovery: RecoveryTimes
}
