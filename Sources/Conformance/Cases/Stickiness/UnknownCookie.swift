import Claims
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `stickiness/unknown-cookie`
    static let stickinessUnknownCookie = ConformanceCase(
        CaseDescription(
            id: "stickiness/unknown-cookie", title: "A forged or stale affinity cookie is served and then sticks",
            features: [.unknownCookie, .clientAffinity],
            proves:
                "A client that brings a forged or stale value in the balancer's own cookie is served without a 5xx, "
                + "upgrades as one without, and keeps to one node from then on. Where info names a node's URL, one that "
                + "is forged leads to one node or to none.",
            findings: [
                .unknownCookieRefused, .unknownCookieUpgradeRefused, .unknownEndpointWanders, .sessionMoved,
                .requestFailed,
            ],
            scopes: [.client]),
        workload: { stage in
            let scout = stage.client("scout")
            await scout.request("GET", "/whoami", RequestPlan(label: UnknownCookieLabel.scout))
            for cookie in scout.cookies {
                let forged = (1...6).map { "stickler-forged-\($0)" }
                let stale = (1...6).map { String(cookie.value.reversed()) + "\($0)" }
                _ = await forAll(forged + stale) { value in
                    let client = stage.client()
                    client.plantCookie(name: cookie.name, value: value, path: cookie.path)
                    let session = client.nextSessionName()
                    let first = await client.request(
                        "GET", "/whoami",
                        RequestPlan(label: UnknownCookieLabel.first, session: session))
                    guard case .response(let response, _) = first, response.status == 200 else { return }
                    client.record(
                        .sessionOpened(
                            SessionOpened(
                                session: session, epoch: 1, transport: .http, nodeID: response.nodeID,
                                bootID: response.bootID)))
                    for _ in 1...5 {
                        await client.request(
                            "GET", "/whoami", RequestPlan(label: UnknownCookieLabel.after, session: session)
                        )
                    }
                }
            }
            await ForgedUpgrade.run(stage, names: scout.cookies.map(\.name))
            await ForgedEndpoint.run(stage)
        },
        judge: { history in
            var judgement = StickinessChecker(labels: [UnknownCookieLabel.after]).judge(history)
            let first = history.exchanges.filter { $0.sent.label == UnknownCookieLabel.first }
            judgement.observations += first.count
            for exchange in first where exchange.response?.status != 200 {
                judgement.findings.append(
                    Finding(
                        .unknownCookieRefused, "a client with \(exchange.sent.cookie ?? "no cookie") was not served",
                        evidence: [history.evidence(exchange)], deadline: exchange.missedDeadline))
            }
            if first.isEmpty {
                let scout = history.exchanges.first { $0.sent.label == UnknownCookieLabel.scout }?.response
                if let set = scout?.values(of: "set-cookie").first {
                    judgement.doubt = "the client kept no cookie, although one was set: \(set)"
                } else if scout?.nodeID == nil {
                    judgement.doubt =
                        "the request that should have brought the balancer's cookie was answered by no node"
                } else {
                    judgement.unsupported = "the balancer sets no cookie, so none of its own can be forged"
                }
            }
            // Without a first request there was no cookie to forge, which is told by then.
            let forged = first.isEmpty ? [] : [ForgedUpgrade.judge(history), ForgedEndpoint.judge(history)]
            return Judgement.joining([judgement] + forged + [SeveralOwnersChecker().judge(history)])
        })
}

private enum UnknownCookieLabel {
    static let scout = RequestLabel("scout")
    static let first = RequestLabel("first-with-unknown-cookie")
    static let after = RequestLabel("after-unknown-cookie")
}

extension FindingCode {
    /// A client with an affinity cookie that nobody knows was refused.
    static let unknownCookieRefused = FindingCode("unknown-cookie-refused", .affinityCookie, isCertain: true)
}
