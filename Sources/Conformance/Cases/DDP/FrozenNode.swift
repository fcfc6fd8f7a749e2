import Claims
import DDP
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `ddp/frozen-node`
    static let ddpFrozenNode = ConformanceCase(
        CaseDescription(
            id: "ddp/frozen-node", title: "Meteor users of a frozen node go on elsewhere",
            features: [.activeHealthCheck],
            proves:
                "When a node freezes, as after SIGSTOP, its Meteor users, whose heartbeat tells them within 50 s of true "
                + "time, are connected to another node 9 s later at the latest, one of Meteor's connect limits.",
            findings: [.sessionNotMoved, .ddpNotConnected, .messageAltered], schedule: .alone(seconds: 5, in: .scaled),
            awaits: "Meteor to notice a frozen node"),
        workload: { stage in
            var configuration = ClientSession.Configuration()
            configuration.heartbeat = heartbeat(stage.facts.timeScale)
            let population = await MeteorPopulation.open(
                [.webSocket: 12, .polling: 12], configuration: configuration, on: stage)
            if let (node, victims) = await population.victims(on: stage) {
                try await stage.inject(.hang, on: node)
                let budget = budget(stage.facts.timeScale)
                _ = await forAll(victims) { user in await user.wait(within: budget) { $0.connects > 1 } }
                // Closing handshakes are not to wait for a node that does not answer.
                try await stage.heal(.hang, on: node)
            }
            await population.stop()
        },
        judge: { history in
            Judgement.joining(
                ConversationChecker(lastEpoch: 1).judge(history),
                ReconnectChecker(fault: .hang, budget: budget(history.timeScale)).judge(history))
        })
}

/// Meteor's, its ticks as often as the bench has heartbeats; a slow machine of ours gets a second to answer.
private func heartbeat(_ timeScale: Double) -> Heartbeat.Timing {
    var timing = Heartbeat.Timing.meteorClient.every(timeScale)
    timing.timeout = max(timing.timeout * timeScale, .seconds(1))
    return timing
}

/// A quiet peer is pinged every second tick; then the answer is awaited, and the balancer has its time.
private func budget(_ timeScale: Double) -> Duration {
    let timing = heartbeat(timeScale)
    return timing.interval * 2 + timing.timeout + .seconds(9)
}
