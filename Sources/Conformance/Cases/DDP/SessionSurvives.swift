import Clocks
import Claims
import DDP
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `ddp/session-survives`
    static let ddpSessionSurvives = ConformanceCase(
        CaseDescription(
            id: "ddp/session-survives", title: "A busy session of DDP lives on",
            features: [.websocketUpgrade, .pollingStickiness],
            proves:
                "Over a SockJS WebSocket, over xhr-polling and over a raw WebSocket a session that calls and ticks all the "
                + "time stays on its one connection for 50 s of true time; nothing is lost, repeated or out of order.",
            findings: [
                .sessionCut, .ddpNotConnected, .messageAltered, .methodLost, .methodReplayed, .messageLost,
                .messageDuplicated, .messageReordered, .subscriptionIncomplete, .documentStale,
            ], schedule: .shared(seconds: 3, in: .scaled), hasControl: true, awaits: "a long conversation"),
        workload: { stage in
            let length = 50 * stage.facts.timeScale
            _ = await forAll(MeteorPopulation.Way.allCases) { way in
                let user = MeteorUser(stage.client("m"), route: way.route())
                if await MeteorPopulation.start(user) {
                    await user.subscribe("ticks", [100])
                    // The control shows that the node serves it; how long, only the balancer decides.
                    await talk(user, for: .seconds(stage.controlNode == nil ? length : min(length, 2)))
                }
                await user.stop()
            }
        },
        judge: { history in
            Judgement.joining(
                ConversationChecker().judge(history), SessionCuts.judge(history), MethodChecker().judge(history),
                SubscriptionChecker().judge(history))
        })
}

/// One call after another until the time is over or the connection ends.
private func talk(_ user: MeteorUser, for length: Duration) async {
    let end = MonotonicClock.now + length
    while MonotonicClock.now < end {
        let call = await user.increment()
        guard await user.wait(within: .seconds(10), until: { $0.completed[call] != nil && $0.connects == 1 }) else {
            return
        }
        // The pace of a user.
        guard (try? await user.client.pause(.milliseconds(100))) != nil else { return }
    }
}
