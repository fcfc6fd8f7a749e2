import Claims
import History
import Verdicts

extension ConformanceCase {
    /// `ddp/subscriptions-resume`
    static let ddpSubscriptionsResume = ConformanceCase(
        CaseDescription(
            id: "ddp/subscriptions-resume", title: "Subscriptions are whole and in order after a kill",
            features: [.killFailover],
            proves:
                "On every connection, and on that after a kill, each subscription brings all its documents, each once, in "
                + "order, and of the node that serves the connection.",
            findings: [
                .subscriptionIncomplete, .documentStale, .messageLost, .messageDuplicated, .messageReordered,
                .ddpNotConnected, .messageAltered,
            ], schedule: .alone(seconds: 5)),
        workload: { stage in try await KilledNode.run(stage) },
        judge: judgeSubscriptions)
}

private func judgeSubscriptions(_ history: HistoryView) -> Judgement {
    var judgement = Judgement.joining(
        SubscriptionChecker().judge(history), ConversationChecker(lastEpoch: 1).judge(history))
    let resumed = history.ddpTraces.flatMap(\.subscriptions).count { Set($0.readies.map(\.epoch)).count > 1 }
    if history.fault(.kill) == nil || resumed == 0 {
        judgement.observations = 0
        judgement.doubt = judgement.doubt ?? "no subscription was resumed on another connection"
    } else {
        judgement.notes.append("\(resumed) subscriptions were resumed")
    }
    return judgement
}
