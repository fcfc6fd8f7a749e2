import Claims
import Fleet
import History
import Lab
import SockJS
import Synchronization
import Verdicts

/// What the case of nodes that follow the load plays: sessions that stay, a load that makes nodes join and ends, and
/// sessions that come while all nodes are there.
enum ScalingScene {
    /// Label of the sessions that are the load.
    static let load = "load"
    /// So many new clients at a time ask for more than the most nodes are to have.
    private static let loadClients = 10

    static func play(_ stage: CaseStage) async throws {
        guard let rule = stage.scalingRule else { return }
        let limits = ScalingLimits(rule, stage.facts)
        try await stage.perform(.scale)
        let (load, talk) = (Ongoing(), Ongoing())
        let early = await open(streams: 3, webSockets: 3, on: stage)
        async let earlyTalked: Void = talkInTurn(early, on: stage, during: talk)
        async let loaded: [Void] = forAll(Array(0..<loadClients)) { _ in await Self.ask(stage, during: load) }
        _ = try await stage.awaitExecutions(within: limits.growth) { isGrown($0, rule) }
        let late = await open(streams: 8, webSockets: 6, on: stage)
        async let lateTalked: Void = talkInTurn(late, on: stage, during: talk)
        load.end()
        _ = await loaded
        _ = try await stage.awaitExecutions(within: limits.shrinkage(by: rule.maximum - rule.minimum)) { history in
            history.operations(.remove).count { $0.done != nil } >= history.operations(.add).count
        }
        talk.end()
        _ = await (earlyTalked, lateTalked)
    }

    /// Whether all nodes that may join have, and each has had a new session of the load.
    private static func isGrown(_ history: HistoryView, _ rule: ScalingFacts) -> Bool {
        let added = history.operations(.add).filter { $0.done != nil }.compactMap(\.nodeID)
        guard added.count >= rule.maximum - rule.minimum else { return false }
        let labels = history.sessionLabels
        let openings = history.exchanges.filter {
            $0.sent.label == .pollOpen && labels[$0.sent.session ?? ""] == load
        }
        let answered = Set(openings.compactMap { $0.response?.nodeID })
        return answered.isSuperset(of: added)
    }

    /// Sessions that always have something under way, as those of browsers do, on HTTP and on WebSocket.
    private static func open(streams: Int, webSockets: Int, on stage: CaseStage) async -> [any Carrier] {
        async let onHTTP = forAll((0..<streams).map { _ in stage.client() }) { client in
            try? await SockJSCarrier.open(
                client, path: PollingSessions.path(for: client, service: PollingSessions.service, .xhrStreaming),
                session: client.nextSessionName(), plan: .init(transport: .xhrStreaming),
                within: CaseBudget.answer
            ).get()
        }
        async let sockets = forAll((0..<webSockets).map { _ in stage.client("w") }) { client in
            try? await Population.connector(.websocket).connect(client, session: client.nextSessionName()).get()
        }
        let opened: [any Carrier] = await onHTTP.compactMap { $0 } + sockets.compactMap { $0 }
        let alive = await forAll(opened) { await Population.exchange($0, number: 1) }
        return zip(opened, alive).filter(\.1).map(\.0)
    }

    /// Lets each say something now and then, never many at once: together far less than the fewest nodes are to have at any
    /// time, a busy machine's haste after a stall included. Those that may lose their node say more.
    private static func talkInTurn(_ carriers: [any Carrier], on stage: CaseStage, during talk: Ongoing) async {
        let first = Set(stage.nodes.map(\.nodeID))
        let pause = beat / max(1, carriers.count)
        _ = await forAll(Array(carriers.enumerated())) { index, carrier in
            guard (try? await carrier.client.pause(pause * index)) != nil else { return }
            let isCalm = carrier is SockJSCarrier && carrier.nodeID.map(first.contains) ?? false
            await Self.talk(carrier, each: isCalm ? 5 : 1, during: talk)
        }
    }

    /// Less than a node drains, so that each session there is asked of meanwhile.
    private static let beat = Duration.milliseconds(400)

    /// Says something each so many beats, and once more when it is over.
    private static func talk(_ carrier: any Carrier, each beats: Int, during talk: Ongoing) async {
        var number = 2
        while true {
            let isLast = !talk.goesOn
            guard await Population.exchange(carrier, number: number) else { return }
            if isLast { break }
            number += 1
            for _ in 0..<beats where talk.goesOn {
                guard (try? await carrier.client.pause(beat)) != nil else { return }
            }
        }
        await carrier.close()
    }

    /// New clients, one after another, each with a few messages.
    private static func ask(_ stage: CaseStage, during load: Ongoing) async {
        while load.goesOn {
            let client = stage.client(Self.load)
            let session = client.nextSessionName(Self.load)
            let carrier = await PollingSessions.open(client, session: session, within: CaseBudget.attempt)
            for number in 1...3 where load.goesOn {
                guard let carrier, await PollingSessions.exchange(carrier, number: number),
                    (try? await client.pause(.milliseconds(50))) != nil
                else { break }
            }
            await carrier?.close()
            // The pace of one for whom nothing opens.
            guard (try? await client.pause(.milliseconds(20))) != nil else { return }
        }
    }
}

/// Whether something goes on.
private final class Ongoing: Sendable {
    private let isOver = Mutex(false)

    var goesOn: Bool { !isOver.withLock { $0 } }

    func end() { isOver.withLock { $0 = true } }
}

/// How long nodes that follow the load may take to join and to leave.
struct ScalingLimits: Sendable {
    private let rule: ScalingFacts
    /// For a node to start and to be found healthy, and for a busy machine.
    private let patience: Duration

    init(_ rule: ScalingFacts, _ facts: BenchFacts?) {
        self.rule = rule
        patience = FaultLimit(.returned, claims: facts?.faultClaims).duration
    }

    /// From where the load is too much for the fewest nodes.
    var growth: Duration { .milliseconds(rule.growthMilliseconds) + patience }

    /// From where it is not any more.
    func shrinkage(by nodes: Int) -> Duration {
        .milliseconds(rule.shrinkMilliseconds)
            + .milliseconds(rule.drainMilliseconds + rule.pauseMilliseconds) * nodes + patience
    }
}
