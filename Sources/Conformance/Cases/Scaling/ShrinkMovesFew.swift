import Claims
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `scaling/shrink-moves-few`
    static let scalingShrinkMovesFew = ConformanceCase(
        CaseDescription(
            id: "scaling/shrink-moves-few", title: "When a node leaves, only its own sessions move",
            features: [.pollingStickiness],
            proves: "When one of three nodes is taken out, polling sessions of the other two go on where they are.",
            findings: [.shrinkMovesSessions], schedule: .alone(seconds: 1), verbs: [.remove]),
        workload: { stage in
            let population = await Population.open(polling: 24, webSockets: 0, on: stage)
            guard let leaving = population.victim(on: stage) else { return }
            for carrier in population.owned(by: leaving) { await carrier.close() }
            try await stage.perform(.remove(leaving))
            // Those of one node before those of the other, or a balancer that gives clients to nodes in turn would lead them
            // back by chance.
            let others = population.notOwned(by: leaving).sorted { ($0.nodeID ?? "") < ($1.nodeID ?? "") }
            for number in 2...3 { _ = await forAll(others) { await Population.exchange($0, number: number) } }
            await Population(carriers: others).close()
        },
        judge: { history in
            guard let removal = history.operations(.remove).first, let node = removal.nodeID else {
                return Judgement(observations: 0, doubt: "the sessions that opened were not on two nodes")
            }
            let others = history.soundTraces(at: removal.begun).filter {
                $0.opened.nodeID != nil && $0.opened.nodeID != node
            }
            var judgement = Judgement(observations: others.count)
            judgement.findings = history.disturbances(
                of: Set(others.map(\.opened.session)), as: .shrinkMovesSessions,
                "a session on a node that stays did not go on when \(node) left")
            return judgement
        })
}

extension FindingCode {
    /// A session on a node that stays was moved when another one left.
    static let shrinkMovesSessions = FindingCode("shrink-moves-sessions", .scaling, followsFrom: .affinityNone)
}
