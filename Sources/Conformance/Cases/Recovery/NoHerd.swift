import Clocks
import Claims
import Fleet
import History
import Lab
import Verdicts
import Wire

extension ConformanceCase {
    /// `recovery/no-herd`
    ///
    /// A should: a node that has just started serves many new clients slowly, and may fall over again.
    static let recoveryNoHerd = ConformanceCase(
        CaseDescription(
            id: "recovery/no-herd", title: "A node that returns does not get all new clients", level: .should,
            features: [.recovery, .distribution],
            proves:
                "Of 30 new clients that open a WebSocket when a killed node is back in use, while those on the other "
                + "nodes stay open, 20 at most get to that node.",
            findings: [.returnedNodeFlooded], schedule: .alone(seconds: 4), awaits: "a returned node to be used"),
        workload: { stage in
            let before = await open(beforeCount, label: Leg.before, stage)
            guard let victim = before.lazy.compactMap({ $0.node.flatMap(stage.node) }).first else { return }
            try await stage.inject(.kill, on: victim)
            try await stage.pause(outage)
            // A balancer without active checks notices by these.
            var held = await open(6, label: Leg.during, stage)
            try await stage.heal(.kill, on: victim)
            held += await lookForReturned(victim, stage)
            held += await open(newcomerCount, label: Leg.newcomer, stage)
            for one in before + held { await one.webSocket.abort() }
        },
        judge: judgeHerd)
}

/// More than new ones on each node, so that one without any would be the least busy for long.
private let beforeCount = 72
private let newcomerCount = 30
private let mostOnOne = 20
private let outage = Duration.seconds(2)

private enum Leg {
    static let before = RequestLabel("before-outage")
    static let during = RequestLabel("during-outage")
    static let looking = RequestLabel("looking-for-returned")
    static let newcomer = RequestLabel("newcomer")
}

/// A WebSocket that is held, and its node.
private struct Held: Sendable {
    var node: String?
    var webSocket: WebSocketChannel
}

private func open(_ count: Int, label: RequestLabel, _ stage: CaseStage) async -> [Held] {
    await forAll((0..<count).map { _ in stage.client() }) { client in
        let (outcome, webSocket) = await client.upgrade("/echo/websocket", RequestPlan(label: label))
        return webSocket.map { Held(node: outcome.nodeID, webSocket: $0) }
    }.compactMap { $0 }
}

/// Opens WebSockets until one is on the node, or for as long as the balancer has.
private func lookForReturned(_ victim: NodeRemote, _ stage: CaseStage) async -> [Held] {
    let deadline = MonotonicClock.now + FaultLimit(.returned, claims: stage.facts.faultClaims).duration
    var held: [Held] = []
    while MonotonicClock.now < deadline {
        held += await open(1, label: Leg.looking, stage)
        if held.last?.node == victim.nodeID { break }
        // The pace of new clients; there is no event to wait for.
        guard (try? await stage.pause(.milliseconds(100))) != nil else { break }
    }
    return held
}

private func judgeHerd(_ history: HistoryView) -> Judgement {
    guard let healing = history.healing(of: .kill) else {
        return Judgement(observations: 0, doubt: "no WebSocket opened, so there was no victim to choose")
    }
    func open(_ label: RequestLabel) -> [Exchange] {
        history.exchanges.filter { $0.sent.label == label && $0.response?.status == 101 }
    }
    guard (open(Leg.looking) + open(Leg.newcomer)).contains(where: { $0.response?.nodeID == healing.nodeID }) else {
        return Judgement(observations: 0, doubt: "\(healing.nodeID) got no new client after its return")
    }
    let newcomers = open(Leg.newcomer)
    let there = newcomers.filter { $0.response?.nodeID == healing.nodeID }
    var judgement = Judgement(
        observations: newcomers.count, notes: ["\(there.count) of \(newcomers.count) new clients on the returned node"])
    if newcomers.count < newcomerCount {
        judgement.doubt = "\(newcomers.count) of \(newcomerCount) new clients got a WebSocket only"
    }
    if there.count > mostOnOne {
        judgement.findings.append(
            Finding(
                .returnedNodeFlooded,
                "when \(healing.nodeID) was back, \(there.count) of \(newcomers.count) new clients were sent there, "
                    + "though there were other nodes: by the fewest connections a new node is the best of all until "
                    + "it has as many",
                evidence: there.prefix(3).map(history.evidence)))
    }
    return judgement
}

extension FindingCode {
    /// A node that returned got nearly all new clients.
    static let returnedNodeFlooded = FindingCode("returned-node-flooded", .recovery, isCertain: true)
}
