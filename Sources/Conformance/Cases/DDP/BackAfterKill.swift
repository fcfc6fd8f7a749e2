import Claims
import History
import Verdicts

extension ConformanceCase {
    /// `ddp/back-after-kill`
    static let ddpBackAfterKill = ConformanceCase(
        CaseDescription(
            id: "ddp/back-after-kill", title: "Meteor users of a killed node are back by the third attempt",
            features: [.killFailover],
            proves:
                "After a node is killed, each of its Meteor users, on WebSocket, xhr-polling and raw WebSocket, is "
                + "connected to another node by its third attempt, 3.6 to 6.1 s after the first two, or by the first after the "
                + "time that the balancer's manifest states.",
            findings: [.sessionNotMoved, .reconnectedLate, .ddpNotConnected, .messageAltered],
            schedule: .alone(seconds: 5),
            awaits: "Meteor's reconnection"),
        workload: { stage in try await KilledNode.run(stage) },
        judge: { history in
            let limit = history.limit(.killed)
            return Judgement.joining(
                ConversationChecker(lastEpoch: 1).judge(history),
                ReconnectChecker(
                    fault: .kill, budget: KilledNode.budget(limit), lastAttempt: limit.lastAttempt
                ).judge(history))
        })
}
