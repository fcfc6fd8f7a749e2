import Clocks
import Claims
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `recovery/returned-node-is-used`
    static let recoveryReturnedNodeIsUsed = ConformanceCase(
        CaseDescription(
            id: "recovery/returned-node-is-used", title: "A node that returns gets new sessions",
            features: [.recovery],
            proves:
                "After a killed node is back, one of the sessions that new clients go on opening lands on it within "
                + "20 s, or what the manifest states; and where the manifest says so, sessions that moved stay where "
                + "they are.",
            findings: [.returnedNodeUnused, .sessionWentBack], schedule: .alone(seconds: 3),
            awaits: "a returned node to be used"),
        workload: { stage in
            let sessions = await PollingSessions.open(6, on: stage)
            guard let victim = sessions.lazy.compactMap({ $0.nodeID.flatMap(stage.node) }).first else { return }
            try await stage.inject(.kill, on: victim)
            async let moved = forAll(sessions.filter { $0.nodeID == victim.nodeID }) {
                await Population.survive($0, budget: outage + returnLimit(stage).duration)
            }
            // Old and new clients, so that a balancer without active checks notices too.
            _ = await forAll(sessions.filter { $0.nodeID != victim.nodeID }) {
                await PollingSessions.exchange($0, number: 1)
            }
            let outageEnd = MonotonicClock.now + outage
            repeat {
                _ = await PollingSessions.open(3, on: stage)
                try await stage.pause(.milliseconds(250))
            } while MonotonicClock.now < outageEnd
            try await stage.heal(.kill, on: victim)
            await lookForReturned(victim, stage)
            for carrier in await moved.compactMap({ $0 }) where carrier.nodeID != victim.nodeID {
                _ = await PollingSessions.exchange(carrier, number: afterReturn)
                await carrier.close()
            }
        },
        judge: { history in Judgement.joining(judgeReturn(history), judgeMoved(history)) })
}

/// A balancer that looks every second must have seen the node down several times, or there is nothing to come back from.
private let outage = Duration.seconds(4)

/// Number of the message that a moved session sends after its first node's return.
private let afterReturn = 100

private func returnLimit(_ stage: CaseStage) -> FaultLimit { FaultLimit(.returned, claims: stage.facts.faultClaims) }

/// Opens sessions until one is on the node, or for as long as the balancer has.
private func lookForReturned(_ victim: NodeRemote, _ stage: CaseStage) async {
    let deadline = MonotonicClock.now + returnLimit(stage).duration
    while MonotonicClock.now < deadline {
        let fresh = await PollingSessions.open(stage.client("fresh"), within: CaseBudget.attempt)
        if fresh?.nodeID == victim.nodeID { return }
        guard (try? await stage.pause(.milliseconds(50))) != nil else { return }
    }
}

private func judgeReturn(_ history: HistoryView) -> Judgement {
    guard let healing = history.healing(of: .kill) else {
        return Judgement(observations: 0, doubt: "no session opened, so there was no victim to choose")
    }
    let limit = history.limit(.returned)
    let inTime = healing.time...(healing.time + limit.duration)
    let after = history.exchanges.filter {
        $0.sent.label == RequestLabel.pollOpen && inTime.contains($0.sentAt)
    }
    var judgement = Judgement(observations: after.count)
    if !after.contains(where: { $0.response?.nodeID == healing.nodeID }) {
        judgement.findings.append(
            Finding(
                .returnedNodeUnused,
                "after \(healing.nodeID) was back, none of \(after.count) sessions landed on it \(limit.words)",
                evidence: after.suffix(2).map(history.evidence),
                deadline: inTime))
    }
    return judgement
}

/// A session that moved is lost a second time where its client is sent back: its new node has it, the old one does not.
private func judgeMoved(_ history: HistoryView) -> Judgement {
    guard let healing = history.healing(of: .kill) else { return Judgement(observations: 0) }
    var judgement = Judgement(observations: 0)
    let moved = Dictionary(
        history.sessions.filter { $0.opened.epoch > 1 && $0.opened.nodeID != healing.nodeID }
            .map { ($0.opened.session, $0.openedAt) }, uniquingKeysWith: { $1 })
    var wentBack: [(session: String, request: Exchange)] = []
    for (session, openedAt) in moved.sorted(by: { $0.key < $1.key }) {
        let request = history.exchanges.first {
            $0.sent.session == session && $0.sentAt >= max(healing.time, openedAt)
                && $0.response?.nodeID == healing.nodeID
        }
        if let request { wentBack.append((session, request)) }
    }
    guard !moved.isEmpty else { return judgement }
    judgement.notes.append("\(wentBack.count) of \(moved.count) moved sessions went back")
    guard history.bench?.faultClaims?.failover == .rehome else { return judgement }
    for (session, request) in wentBack {
        judgement.findings.append(
            Finding(
                .sessionWentBack,
                "session \(session), which had moved, was sent back to \(healing.nodeID) when it returned; the manifest says "
                    + "that it stays", evidence: [history.evidence(request)]))
    }
    return judgement
}

extension FindingCode {
    /// A node that returned got no new session in time.
    static let returnedNodeUnused = FindingCode("returned-node-unused", .recovery)
    /// A session that had moved went back when its first node returned, against the manifest.
    static let sessionWentBack = FindingCode(
        "session-went-back", .failover, isCertain: true, followsFrom: .affinityNone)
}
