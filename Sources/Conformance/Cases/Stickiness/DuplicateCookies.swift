import Claims
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `stickiness/duplicate-cookies`
    ///
    /// Envoy, Caddy and nginx's `sticky` read the first cookie of their name only, so it is no duty of a balancer.
    static let stickinessDuplicateCookies = ConformanceCase(
        CaseDescription(
            id: "stickiness/duplicate-cookies", title: "A cookie left over from another path hides no affinity",
            level: .should,
            features: [.pollingStickiness, .clientAffinity],
            proves:
                "A browser that holds a second cookie of the balancer's name, left over for a longer path, and so sends "
                + "that one first (RFC 6265 §5.4), is served and keeps to one node.",
            findings: [.leftoverCookieMoves], scopes: [.client]),
        workload: { stage in
            let scouted = await CookieScout.run(stage).cookies
            for cookie in scouted {
                // Of another deployment, and of this one in a form that it never had; and none, for comparison.
                let leftover = (1...4).flatMap { ["left-over-\($0)", String(cookie.value.reversed()) + "\($0)", nil] }
                _ = await forAll(leftover) { value in
                    let client = stage.client()
                    if let value {
                        client.plantCookie(
                            name: cookie.name, value: value, path: client.target.folder(ofService: "/whoami"))
                    }
                    guard let session = await RecordedVisit.begin(client, value == nil ? .alone : .first) else {
                        return
                    }
                    await RecordedVisit.goOn(client, session, value == nil ? .afterAlone : .after, times: 5)
                }
            }
        },
        judge: judgeLeftovers)
}

extension RequestLabel {
    fileprivate static let first = RequestLabel("first-with-leftover")
    fileprivate static let after = RequestLabel("after-leftover")
    fileprivate static let alone = RequestLabel("first-without-leftover")
    fileprivate static let afterAlone = RequestLabel("after-no-leftover")
}

private func judgeLeftovers(_ history: HistoryView) -> Judgement {
    let visits = history.exchanges.filter { $0.sent.label == .first }
    guard !visits.isEmpty else {
        return CookieScout.objection(in: history, "no second one of its name can stand beside it")
    }
    var judgement = history.goingOn(
        .after, as: .leftoverCookieMoves, "a client that holds a second cookie of the balancer's name was moved")
    judgement.observations += visits.count
    for visit in visits where visit.response?.status != 200 {
        judgement.findings.append(
            Finding(
                .leftoverCookieMoves, "a client with \(visit.sent.cookie ?? "no cookie") was not served",
                evidence: [history.evidence(visit)], deadline: visit.missedDeadline))
    }
    return judgement.unless(
        history.goingOn(.afterAlone, as: .leftoverCookieMoves, ""), "clients with one cookie were moved too")
}

extension FindingCode {
    /// A client with two cookies of one name was moved, or not served.
    static let leftoverCookieMoves = FindingCode("leftover-cookie-moves-client", .cookieDuplicates, isCertain: true)
}
