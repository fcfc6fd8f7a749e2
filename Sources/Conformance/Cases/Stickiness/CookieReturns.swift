import Claims
import Fleet
import History
import Lab
import SockJS
import Verdicts

extension ConformanceCase {
    /// `stickiness/cookie-returns`
    static let stickinessCookieReturns = ConformanceCase(
        CaseDescription(
            id: "stickiness/cookie-returns", title: "A browser brings the affinity cookie back",
            features: [.pollingStickiness],
            proves:
                "The cookie by which the balancer finds a client's node again is one that browsers keep and bring back "
                + "to the SockJS URLs, from a page of the same site; and, as a recommendation, from a page of another "
                + "site, where sessions need it (RFC 6265 §5.3, §5.4; SameSite of 6265bis §5.6.7).",
            findings: [.cookieNotReturned, .cookieNotReturnedCrossSite], scopes: [.client]),
        workload: { stage in
            _ = await forAll((0..<clientCount).map { _ in stage.client("page") }) { await visit($0, on: stage) }
            _ = await forAll((0..<clientCount).map { _ in stage.client("foreign") }) { client in
                client.profile = .crossSite("http://page.example")
                let session = client.nextSessionName(CookieVisit.foreign)
                await client.request("GET", info, RequestPlan(label: CookieVisit.first, session: session))
                guard let carrier = await PollingSessions.open(client, session: session) else { return }
                var number = 1
                while number < 4, await PollingSessions.exchange(carrier, number: number) { number += 1 }
                await carrier.close()
            }
        },
        judge: judgeCookies)
}

private let clientCount = 4
private let info = "\(PollingSessions.service)/info"

/// What a browser does on a page of the balancer's own, and then a client that brings cookies whatever they say.
private func visit(_ client: VirtualClient, on stage: CaseStage) async {
    let session = client.nextSessionName(CookieVisit.page)
    let first = await client.request("GET", info, RequestPlan(label: CookieVisit.first, session: session))
    guard case .response(let response, _) = first else { return }
    for _ in 1...5 { await client.request("GET", info, RequestPlan(label: CookieVisit.again, session: session)) }
    if let carrier = await PollingSessions.open(client, session: session) {
        _ = await PollingSessions.exchange(carrier, number: 1)
        await carrier.close()
    }
    let pairs = response.values(of: "set-cookie").map { String($0.prefix { $0 != ";" }) }
    guard !pairs.isEmpty else { return }
    let bearer = stage.client("bearer", besides: client)
    bearer.profile = ClientProfile(cookies: .none)
    for _ in 1...5 {
        await bearer.request(
            "GET", info, headers: [(name: "Cookie", value: pairs.joined(separator: "; "))],
            RequestPlan(label: CookieVisit.brought, session: session))
    }
}

private func judgeCookies(_ history: HistoryView) -> Judgement {
    let visits = CookieVisit.all(in: history)
    let pages = visits.filter { !$0.isForeign }
    guard !pages.isEmpty else {
        return Judgement(observations: 0, doubt: "no first request of a client was answered by a node of ours")
    }
    var judgement = Judgement(observations: 0)
    guard pages.contains(where: { !$0.setCookies.isEmpty }) else {
        judgement.unsupported = "the balancer sets no cookie, so affinity goes by something else or there is none"
        return judgement
    }
    // A cookie that decides nothing is none of affinity's.
    guard pages.allSatisfy(\.cookieDecides) else {
        judgement.unsupported =
            "cookies that the balancer sets (\(pages[0].names.joined(separator: ", "))) don't decide the node: clients "
            + "that bring them back get to several"
        return judgement
    }
    judgement.observations = visits.reduce(0) { $0 + $1.requests.count }
    judgement.findings = CookieVisit.findings(of: pages, .cookieNotReturned, history)
    if judgement.findings.isEmpty {
        judgement.findings = CookieVisit.findings(
            of: visits.filter(\.isForeign), .cookieNotReturnedCrossSite, history)
    }
    for (place, group) in [("the same site", pages), ("another site", visits.filter(\.isForeign))]
    where judgement.findings.isEmpty && group.contains(where: { !$0.withoutCookie.isEmpty }) {
        judgement.notes.append("from a page of \(place) the cookie stays out, and clients stick without it")
    }
    return judgement
}

extension FindingCode {
    /// The affinity cookie was set so that browsers don't send it back.
    static let cookieNotReturned = FindingCode("cookie-not-returned", .affinityCookie, isCertain: true)
    /// The affinity cookie was set so that pages of other sites don't send it back. Not every app has such pages.
    static let cookieNotReturnedCrossSite = FindingCode(
        "cookie-not-returned-cross-site", .affinityCrossSite, isCertain: true, greatestLevel: .should)
}
