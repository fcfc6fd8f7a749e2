import Claims
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `ddp/reconnect-herd`
    static let ddpReconnectHerd = ConformanceCase(
        CaseDescription(
            id: "ddp/reconnect-herd", title: "A herd that reconnects at once finds room",
            features: [.killFailover],
            proves:
                "When one node of many users is killed, all of its users are connected elsewhere within 15 s, and none "
                + "makes more attempts than Meteor's back-off allows.",
            findings: [.notRecovered, .reconnectStorm, .ddpNotConnected, .messageAltered], schedule: .alone(seconds: 2)),
        workload: { stage in
            let population = await MeteorPopulation.open([.raw: 108, .polling: 12], on: stage)
            if let (node, victims) = await population.victims(on: stage) {
                try await stage.inject(.kill, on: node)
                _ = await forAll(victims) { user in await user.wait(within: CaseBudget.herd) { $0.connects > 1 } }
            }
            await population.stop()
        },
        judge: judgeHerd)
}

/// Two at once, one after 3.6 s or more, one after 8 s more, and one to spare.
private let allowedAttempts = 5

private func judgeHerd(_ history: HistoryView) -> Judgement {
    var judgement =
        Judgement.joining(
            ConversationChecker(lastEpoch: 1).judge(history),
            ReconnectChecker(fault: .kill, budget: CaseBudget.herd, missing: .notRecovered).judge(history))
    guard let kill = history.fault(.kill) else { return judgement }
    let end = kill.time + CaseBudget.herd
    let upgrades = history.exchanges.filter {
        $0.sent.label == RequestLabel.upgrade && $0.sentAt >= kill.time && $0.sentAt <= end
    }
    for (session, own) in Dictionary(grouping: upgrades, by: { $0.sent.session ?? "" }).sorted(by: { $0.key < $1.key })
    where own.count > allowedAttempts {
        judgement.findings.append(
            Finding(
                .reconnectStorm,
                "session \(session) made \(own.count) attempts in the \(CaseBudget.herd.inWords) after the kill; Meteor's back-off allows "
                    + "\(allowedAttempts)", evidence: own.prefix(4).map(history.evidence)))
    }
    judgement.findings = Array(judgement.findings.prefix(StickinessChecker.findingLimit))
    judgement.notes.append("at most \(peak(upgrades.map(\.sentAt))) connections in 100 ms")
    return judgement
}

/// The most of these moments that lie within 100 ms of each other.
private func peak(_ times: [HistoryTime]) -> Int {
    let sorted = times.sorted()
    var first = 0
    var most = 0
    for (index, time) in sorted.enumerated() {
        while time - sorted[first] > .milliseconds(100) { first += 1 }
        most = max(most, index - first + 1)
    }
    return most
}
