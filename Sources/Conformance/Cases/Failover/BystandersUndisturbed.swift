import Claims
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `failover/bystanders-undisturbed`
    static let failoverBystandersUndisturbed = ConformanceCase(
        CaseDescription(
            id: "failover/bystanders-undisturbed", title: "Sessions on other nodes do not notice a kill",
            features: [.bystanderIsolation],
            proves: "While a node is killed and its clients reconnect, sessions on the other nodes, on polling and on "
                + "WebSocket, stay open on their node and lose no message.",
            findings: [.bystanderDisturbed, .sessionMoved, .requestFailed, .sessionNotOpened],
            schedule: .alone(seconds: 4),
            awaits: "bystanders of a kill"),
        workload: { stage in
            let population = await Population.open(polling: 12, webSockets: 12, on: stage)
            guard let victim = population.victim(on: stage) else { return }
            let bystanders = population.notOwned(by: victim)
            async let undisturbed: [Void] = forAll(bystanders) { carrier in
                for number in 2...watchRounds {
                    guard await Population.exchange(carrier, number: number) else { return }
                    // The pace of the watch; a session that lives through it was undisturbed all the time.
                    guard (try? await carrier.client.pause(.milliseconds(200))) != nil else { return }
                }
                await carrier.close()
            }
            try await stage.pause(.milliseconds(400))
            try await stage.inject(.kill, on: victim)
            // A balancer without active checks notices the kill by the traffic of the victims.
            _ = await forAll(population.owned(by: victim)) { carrier in
                let moved = await Population.survive(carrier, budget: CaseBudget.attempt)
                await moved?.close()
            }
            _ = await undisturbed
        },
        judge: { history in Judgement.joining(SoundBeforeFaultChecker().judge(history), judgeBystanders(history)) })
}

private let watchRounds = 18

/// Judges the sessions on other nodes than the one that is killed first.
func judgeBystanders(_ history: HistoryView, as code: FindingCode = .bystanderDisturbed) -> Judgement {
    guard let kill = history.fault(.kill) else {
        return Judgement(
            observations: 0, doubt: "the sessions that opened were not on two nodes, so there was no victim to choose")
    }
    let sound = history.soundSessions(at: kill.time)
    let bystanders = history.sessions.filter {
        $0.opened.epoch == 1 && sound.contains($0.opened.session) && $0.opened.nodeID != nil
            && $0.opened.nodeID != kill.nodeID
    }
    let names = Set(bystanders.map(\.opened.session))
    var judgement = Judgement(observations: names.count)
    judgement.findings = history.disturbances(
        of: names, as: code, "a session on a healthy node suffered when \(kill.nodeID) was killed")
    return judgement
}

extension FindingCode {
    /// A session on a healthy node suffered from a fault elsewhere.
    static let bystanderDisturbed = FindingCode("bystander-disturbed", .bystander)
}
