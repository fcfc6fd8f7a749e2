import Claims
import History
import Verdicts

extension ConformanceCase {
    /// `ddp/methods-run-once`
    static let ddpMethodsRunOnce = ConformanceCase(
        CaseDescription(
            id: "ddp/methods-run-once", title: "No method is lost or replayed when its node is killed",
            features: [.noReplay, .killFailover],
            proves:
                "A method that its node was executing when it was killed comes to one outcome after the reconnect, and no "
                + "method is executed more often than its client sent it: the client may send again, the balancer not.",
            findings: [
                .methodLost, .methodReplayed, .messageDuplicated, .messageReordered, .ddpNotConnected, .messageAltered,
            ], schedule: .alone(seconds: 5)),
        workload: { stage in try await KilledNode.run(stage) },
        judge: judgeMethods)
}

/// Only a call that was under way at the kill can show what becomes of one.
private func judgeMethods(_ history: HistoryView) -> Judgement {
    var judgement = Judgement.joining(MethodChecker().judge(history), ConversationChecker(lastEpoch: 1).judge(history))
    let kill = history.fault(.kill)
    let interrupted = history.ddpTraces.flatMap(\.calls).filter { call in
        guard let kill else { return false }
        return call.executions.contains { $0.nodeID == kill.nodeID && $0.time <= kill.time }
            && call.results.allSatisfy { $0.time > kill.time }
    }
    if interrupted.isEmpty {
        judgement.observations = 0
        judgement.doubt = judgement.doubt ?? "no method was under way on a node that was killed"
    } else {
        let unresolved = interrupted.count { !$0.isComplete }
        judgement.notes.append("\(interrupted.count) methods were under way at the kill")
        // One whose client never came back says nothing of methods, but it must not pass for an outcome either.
        if unresolved > 0 {
            judgement.doubt = judgement.doubt ?? "\(unresolved) clients of such methods did not come back"
        }
    }
    return judgement
}
