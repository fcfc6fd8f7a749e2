import Claims
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `scaling/under-load`
    static let scalingUnderLoad = ConformanceCase(
        CaseDescription(
            id: "scaling/under-load", title: "Meteor users get over growth to five nodes and shrinkage to two",
            features: [.killFailover, .websocketUpgrade],
            proves:
                "While nodes come and go, one to five to two, and those that left are stopped, Meteor users on WebSocket and "
                + "xhr-polling go on calling, and each is on a node that stayed within 15 s, or what follows from the "
                + "manifest.",
            findings: [.scalingLosesClients], schedule: .alone(seconds: 6), verbs: [.add, .remove],
            awaits: "Meteor's reconnection"),
        workload: scale,
        judge: judgeScaling)
}

private func scale(_ stage: CaseStage) async throws {
    let nodes = stage.nodes
    for node in nodes.dropFirst() { try await stage.perform(.remove(node)) }
    let early = await MeteorPopulation.open([.webSocket: 4, .polling: 4], on: stage)
    let spares = [try await stage.startSpare(), try await stage.startSpare()]
    let added = Array(nodes.dropFirst()) + spares
    for node in added { try await stage.perform(.add(node)) }
    await NewNodes.await(added, on: stage)
    let late = await MeteorPopulation.open([.webSocket: 8, .polling: 8], on: stage)
    let users = early.users + late.users
    let leaving = [nodes[0]] + spares
    for node in leaving {
        try await stage.perform(.remove(node))
        try await stage.inject(.kill, on: node)
    }
    let limit = FaultLimit(.killed, claims: stage.facts.faultClaims).duration
    _ = await forAll(users) { user in
        let call = await user.increment()
        _ = await user.wait(within: limit) { $0.completed[call] != nil }
        await user.stop()
    }
}

private func judgeScaling(_ history: HistoryView) -> Judgement {
    let removals = history.operations(.remove)
    guard let last = removals.last?.begun, removals.count > 2 else { return Judgement(observations: 0) }
    let limit = history.limit(.killed)
    let additions = history.operations(.add)
    let gone = Set(
        removals.filter { removal in
            !additions.contains { $0.nodeID == removal.nodeID && $0.begun > removal.begun }
        }.compactMap(\.nodeID))
    var judgement = Judgement(observations: 0)
    var users: [String: SessionTrace] = [:]
    let labels = history.sessionLabels
    for trace in history.sessions where labels[trace.opened.session] == nil { users[trace.opened.session] = trace }
    for (session, trace) in users.sorted(by: { $0.key < $1.key }) {
        judgement.observations += 1
        let lives = trace.closed.map { $0.cause == .client } ?? true
        let isInTime = trace.openedAt <= last + limit.duration
        if let node = trace.opened.nodeID, !gone.contains(node), lives, isInTime { continue }
        let place = trace.opened.nodeID.map { "last seen on \($0)" } ?? "on no node"
        judgement.findings.append(
            Finding(
                .scalingLosesClients,
                "user \(session) was not on a node that stayed \(limit.words): \(place)",
                evidence: history.exchanges(of: session).suffix(1).map(history.evidence),
                deadline: last...(last + limit.duration)))
    }
    judgement.findings = Array(judgement.findings.prefix(StickinessChecker.findingLimit))
    return judgement
}

extension FindingCode {
    /// A user did not get over a change of the number of nodes.
    static let scalingLosesClients = FindingCode("scaling-loses-clients", .scaling)
}
