import Claims
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `headers/hop-by-hop`
    ///
    /// A may: nodes pass over what is not for them, and HAProxy and nginx let most of it through.
    static let headersHopByHop = ConformanceCase(
        CaseDescription(
            id: "headers/hop-by-hop", title: "What is for the balancer alone stays there", level: .may,
            features: [.requestIntegrity],
            proves:
                "Keep-Alive, Proxy-Connection and TE of a client, and a field that it names in Connection, do not "
                + "reach the node (RFC 9110 §7.6.1).",
            findings: [.hopFieldPassed]),
        workload: { stage in
            await LiteralProbe.sendNoRequest(stage)
            let client = stage.client()
            for method in ["GET", "POST"] {
                await client.request(method, "/whoami", headers: fields, RequestPlan(label: label))
            }
        },
        judge: judgeHopFields)
}

private let label = RequestLabel("hop-by-hop")

private let named = "X-Stickler-Hop"

private let fields = [
    (name: "Connection", value: "keep-alive, \(named)"), (name: named, value: "1"),
    (name: "Keep-Alive", value: "timeout=5"), (name: "Proxy-Connection", value: "keep-alive"),
    (name: "TE", value: "trailers"),
]

private func judgeHopFields(_ history: HistoryView) -> Judgement {
    var judgement = Judgement(observations: 0)
    judgement.unsupported = LiteralProbe.objection(in: history)
    if judgement.unsupported != nil { return judgement }
    var passed: Set<String> = []
    var evidence: [Evidence] = []
    for exchange in history.exchanges where exchange.sent.label == label {
        guard let seen = exchange.executions.first?.request else {
            judgement.doubt = "no node of ours saw a \(exchange.sent.method) with such fields"
            continue
        }
        judgement.observations += 1
        let names = fields.dropFirst().map(\.name).filter { !seen.values(of: $0.lowercased()).isEmpty }
        if names.isEmpty { continue }
        passed.formUnion(names)
        evidence.append(history.evidence(exchange))
    }
    if !passed.isEmpty {
        judgement.findings.append(
            Finding(
                .hopFieldPassed,
                "of what a client said to the balancer alone, the node got \(passed.sorted().joined(separator: ", "))"
                    + (passed.contains(named) ? "; Connection names \(named)" : ""),
                evidence: evidence))
    }
    return judgement
}

extension FindingCode {
    /// A field of one hop went on to the node.
    static let hopFieldPassed = FindingCode("hop-field-passed", .requestIntegrity, isCertain: true)
}
