import Claims
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `stickiness/cookie-attributes`
    static let stickinessCookieAttributes = ConformanceCase(
        CaseDescription(
            id: "stickiness/cookie-attributes", title: "The affinity cookie is closed to scripts and says its SameSite",
            level: .should, features: [.pollingStickiness, .clientAffinity],
            proves:
                "The cookie that the balancer sets has HttpOnly, since no script has to do with it, and a SameSite, "
                + "since browsers differ in what they take its absence for.",
            findings: [.cookieAttributesMissing], scopes: [.client]),
        workload: { stage in
            let client = stage.client()
            for _ in 1...2 {
                await client.request("GET", "\(PollingSessions.service)/info", RequestPlan(label: asked))
            }
        },
        judge: judgeAttributes)
}

private let asked = RequestLabel("asked-for-cookies")

private func judgeAttributes(_ history: HistoryView) -> Judgement {
    let answered = history.exchanges.filter { $0.sent.label == asked && $0.response?.nodeID != nil }
    guard let first = answered.first else {
        return Judgement(observations: 0, doubt: "no request was answered by a node of ours")
    }
    // What a node sets stands in its own record of the answer; the rest is the balancer's.
    let fields = first.response?.values(of: "set-cookie") ?? []
    guard !fields.isEmpty else {
        return Judgement(
            observations: 0,
            unsupported: "the balancer sets no cookie, so affinity goes by something else or there is none")
    }
    var judgement = Judgement(observations: fields.count)
    for field in fields {
        let attributes = field.split(separator: ";").dropFirst().map {
            $0.drop { $0 == " " }.prefix { $0 != "=" }.lowercased()
        }
        let missing = ["HttpOnly", "SameSite"].filter { !attributes.contains($0.lowercased()) }
        guard !missing.isEmpty else { continue }
        judgement.findings.append(
            Finding(
                .cookieAttributesMissing,
                "the cookie \(field.prefix { $0 != "=" }) has no \(missing.joined(separator: " and no "))",
                evidence: ["Set-Cookie: \(field.prefix(200))", history.evidence(first)]))
    }
    return judgement
}

extension FindingCode {
    /// The affinity cookie lacks attributes that it should have.
    static let cookieAttributesMissing = FindingCode(
        "cookie-attributes-missing", .cookieAttributes, isCertain: true, greatestLevel: .should)
}
