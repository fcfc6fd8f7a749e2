import Claims
import Fleet
import History
import Lab
import Verdicts
import Wire

extension ConformanceCase {
    /// `limits/request-fields`
    ///
    /// A must up to 6 KiB: a browser holds cookies of 4 KiB each, and the defaults of balancers let 8 KiB and more pass
    /// (nginx 8 KiB a field, Apache 8 KiB, HAProxy 15 KiB for all of them).
    static let limitsRequestFields = ConformanceCase(
        CaseDescription(
            id: "limits/request-fields", title: "Requests with large cookies are served",
            features: [.requestFields],
            proves: "A GET, a POST and an upgrade with 2, 4 and 6 KiB of cookies reach a node with all of them.",
            findings: [.fieldsRefused, .headerLost], hasControl: true),
        workload: { stage in
            // Without any first: where that is not served, no size is to blame. One after the other, since a limit of
            // connections is the matter of another case.
            for count in 0...3 {
                let client = stage.client()
                for number in 0..<count {
                    client.plantCookie(name: "\(prefix)\(number)", value: String(repeating: "x", count: 2_030))
                }
                let plan = RequestPlan(label: label)
                await client.request("GET", "/whoami", plan)
                await client.request("POST", "/whoami", plan)
                await client.upgrade("/echo/websocket", plan).webSocket?.abort()
            }
        },
        judge: judgeFields)
}

private let label = RequestLabel("request-fields")
private let prefix = "stickler-large-"

private func judgeFields(_ history: HistoryView) -> Judgement {
    var judgement = Judgement(observations: 0)
    var refused: [String: [Exchange]] = [:]
    var served: Set<String> = []
    for exchange in history.exchanges where exchange.sent.label == label && exchange.endedAt != nil {
        let leg = exchange.sent.target.hasSuffix("/websocket") ? "an upgrade" : "a \(exchange.sent.method)"
        let sent = large(exchange.sent.cookie ?? "")
        guard let seen = exchange.executions.first?.request else {
            if sent.isEmpty {
                judgement.doubt = "\(leg) without cookies reached no node of ours"
            } else {
                refused[leg, default: []].append(exchange)
            }
            continue
        }
        if sent.isEmpty {
            served.insert(leg)
            continue
        }
        judgement.observations += 1
        let came = large(seen.values(of: "cookie").joined(separator: "; "))
        if came != sent {
            judgement.findings.append(
                Finding(
                    .headerLost,
                    "\(leg) with \(size(exchange)) of cookies reached the node with \(came.count) of \(sent.count) "
                        + "large ones whole",
                    evidence: [history.evidence(exchange)]))
        }
    }
    for (leg, exchanges) in refused.sorted(by: { $0.key < $1.key }) where served.contains(leg) {
        let bySize = exchanges.sorted { ($0.sent.cookie?.utf8.count ?? 0) < ($1.sent.cookie?.utf8.count ?? 0) }
        guard let smallest = bySize.first else { continue }
        judgement.observations += exchanges.count
        let came =
            smallest.response.map { "was answered \($0.status) by no node of ours" }
            ?? "got no answer: \(smallest.failure?.detail ?? "")"
        judgement.findings.append(
            Finding(
                .fieldsRefused, "\(leg) with \(size(smallest)) of cookies \(came); without it is served",
                evidence: bySize.map(history.evidence), deadline: smallest.missedDeadline))
    }
    return judgement
}

/// The large cookies of a field.
private func large(_ field: String) -> Set<Substring> {
    Set(field.split(separator: ";").map { $0.drop { $0 == " " } }.filter { $0.hasPrefix(prefix) })
}

private func size(_ exchange: Exchange) -> String {
    "\(((exchange.sent.cookie?.utf8.count ?? 0) + 512) / 1_024) KiB"
}

extension FindingCode {
    /// Header fields of a size that browsers send were refused.
    static let fieldsRefused = FindingCode("fields-refused", .limitRequestFields, isCertain: true)
}
