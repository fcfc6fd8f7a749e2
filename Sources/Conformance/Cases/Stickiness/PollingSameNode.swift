import Claims
import Fleet
import Lab
import Verdicts

extension ConformanceCase {
    /// `stickiness/polling-same-node`
    static let stickinessPollingSameNode = ConformanceCase(
        CaseDescription(
            id: "stickiness/polling-same-node", title: "Every request of a polling session reaches its node",
            features: [.pollingStickiness],
            proves: "With WebSocket out of the way, each poll and each send of 48 interleaved SockJS sessions, each on "
                + "a TCP connection of its own, is answered by the node that opened the session. A balancer of three "
                + "nodes without affinity passes with a chance below 1e-100.",
            findings: [.sessionNotOpened, .sessionMoved, .requestFailed], schedule: .shared(seconds: 2)),
        workload: { stage in
            var live = await PollingSessions.open(sessionCount, on: stage)
            // Rounds over all sessions, so that a table that is too small for them shows.
            for round in 1...rounds {
                let outcomes = await forAll(live) { carrier in
                    await PollingSessions.exchange(carrier, number: round)
                }
                // A session that broke has shown what there is to see.
                live = zip(live, outcomes).filter(\.1).map(\.0)
            }
        },
        judge: { history in
            Judgement.joining(
                OpenedSessionsChecker(least: sessionCount).judge(history), StickinessChecker().judge(history))
        })
}

private let sessionCount = 48
private let rounds = 5
