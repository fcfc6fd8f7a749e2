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
            let scouted = await CookieScout.run(stage).cookies
            for cookie in scouted {
                let forged = (1...6).map { "stickler-forged-\($0)" } + [String(repeating: "x", count: hugeLength)]
                let stale = (1...6).map { String(cookie.value.reversed()) + "\($0)" }
                _ = await forAll(forged + stale) { value in
                    let client = stage.client()
                    client.plantCookie(name: cookie.name, value: value, path: cookie.path)
                    if let session = await RecordedVisit.begin(client, UnknownCookieLabel.first) {
                        await RecordedVisit.goOn(client, session, UnknownCookieLabel.after, times: 5)
                    }
                }
            }
            await ForgedUpgrade.run(stage, names: scouted.map(\.name))
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
                let objection = CookieScout.objection(in: history, "none of its own can be forged")
                (judgement.doubt, judgement.unsupported) = (objection.doubt, objection.unsupported)
            }
            // Without a first request there was no cookie to forge, which is told by then.
            let forged = first.isEmpty ? [] : [ForgedUpgrade.judge(history), ForgedEndpoint.judge(history)]
            return Judgement.joining([judgement] + forged + [SeveralOwnersChecker().judge(history)])
        })
}

/// About as long as a value may be that browsers keep with a name (RFC 6265 §6.1).
private let hugeLength = 3_900

private enum UnknownCookieLabel {
    static let first = RequestLabel("first-with-unknown-cookie")
    static let after = RequestLabel("after-unknown-cookie")
}

extension FindingCode {
    /// A client with an affinity cookie that nobody knows was refused.
    static let unknownCookieRefused = FindingCode("unknown-cookie-refused", .affinityCookie, isCertain: true)
}
