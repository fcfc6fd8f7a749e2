import Claims
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `security/node-outside-pool`
    static let securityNodeOutsidePool = ConformanceCase(
        CaseDescription(
            id: "security/node-outside-pool", title: "A forged cookie chooses no server that is not of the pool",
            features: [.unknownCookie, .clientAffinity],
            proves:
                "Where the affinity cookie bears the address of a node, or anything, one that is rewritten to the address of "
                + "a server that the balancer was never told of, in each of the ways in which balancers write addresses, "
                + "does not lead there.",
            findings: [.strangerReached], scopes: [.client]),
        workload: { stage in
            let scouted = await CookieScout.run(stage)
            guard stage.ownsNodes, !scouted.cookies.isEmpty, let node = scouted.nodeID.flatMap(stage.node) else {
                return
            }
            let stranger = try await stage.startSpare()
            for cookie in scouted.cookies {
                let values = ForgedAddress.values(of: cookie.value, from: node.listen, to: stranger.listen)
                _ = await forAll(values) { value in
                    let client = stage.client("forger")
                    client.plantCookie(name: cookie.name, value: value, path: cookie.path)
                    await client.request("GET", "/whoami", RequestPlan(label: forged))
                }
            }
        },
        judge: judgeStrangers)
}

private let forged = RequestLabel("with-address-of-a-stranger")

private func judgeStrangers(_ history: HistoryView) -> Judgement {
    let asked = history.exchanges.filter { $0.sent.label == forged && $0.endedAt != nil }
    guard !asked.isEmpty else {
        var judgement = CookieScout.objection(in: history, "none can bear an address")
        let isScouted = history.exchanges.contains { $0.sent.label == CookieScout.label && $0.response?.nodeID != nil }
        if isScouted, judgement.unsupported == nil {
            judgement = Judgement(observations: 0)
            judgement.unobservable =
                "the nodes are not this run's, so that no server can be started which is not of their pool; run Stickler "
                + "beside the balancer"
        }
        return judgement
    }
    let scouted = history.exchanges.first { $0.sent.label == CookieScout.label }?.sentAt
    let pool = Set(
        history.events.compactMap { event -> String? in
            guard case .node(let id) = event.actor, case .nodeStarted = event.kind, let scouted else { return nil }
            return event.time <= scouted ? id : nil
        })
    // One that got no answer shows nothing, unless a stranger executed it.
    var judgement = Judgement(observations: asked.count { $0.response != nil })
    for request in asked {
        let reached = request.response?.nodeID ?? request.executions.first?.nodeID
        guard let reached, !pool.contains(reached) else { continue }
        judgement.findings.append(
            Finding(
                .strangerReached,
                "the cookie \(request.sent.cookie ?? "") led to \(reached), of which the balancer was never told: a client "
                    + "reaches by it whatever the balancer can reach",
                evidence: [history.evidence(request)]))
    }
    return judgement
}

extension FindingCode {
    /// A forged cookie led to a server that is no node.
    static let strangerReached = FindingCode("stranger-reached", .cookieForgery, isCertain: true)
}
