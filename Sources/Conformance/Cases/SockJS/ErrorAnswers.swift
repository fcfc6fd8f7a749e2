import Claims
import Fleet
import History
import Lab
import SockJS
import Verdicts

extension ConformanceCase {
    /// `sockjs/error-answers`
    static let sockJSErrorAnswers = ConformanceCase(
        CaseDescription(
            id: "sockjs/error-answers", title: "A node's errors arrive as it sent them",
            features: [.answerTransparency],
            proves:
                "The 404, 405 and 500 with which SockJS answers what can't be served arrive with their own body and "
                + "Allow field: clients and their authors read them.",
            findings: [.errorAltered], hasControl: true),
        workload: { stage in
            let client = stage.client()
            for error in NodeErrorAnswer.all {
                await client.request(
                    error.method, error.target, body: error.body, RequestPlan(label: NodeErrorAnswer.label))
            }
        },
        judge: judgeErrorAnswers)
}

/// A request that SockJS refuses, and its answer.
private struct NodeErrorAnswer {
    static let label = RequestLabel("refused-request")

    var method: String
    var target: String
    var body: String?
    var status: Int
    /// What the body says; nil for an empty one.
    var text: String?
    var allow: Set<String>?

    static let all = [
        NodeErrorAnswer(method: "GET", target: "/echo/no/such/page", status: 404, text: "Page not found"),
        NodeErrorAnswer(
            method: "POST", target: "/echo/000/nobody/xhr_send", body: "[\"x\"]", status: 404, text: nil),
        NodeErrorAnswer(
            method: "POST", target: "/echo/000/nobody/xhr_send", body: "", status: 500, text: "Payload expected."),
        NodeErrorAnswer(
            method: "POST", target: "/echo/000/nobody/xhr_send", body: "[\"x", status: 500,
            text: "Broken JSON encoding."),
        NodeErrorAnswer(
            method: "GET", target: "/echo/000/nobody/jsonp", status: 500, text: "\"callback\" parameter required"),
        NodeErrorAnswer(
            method: "GET", target: "/echo/000/nobody/xhr", status: 405, text: nil, allow: ["OPTIONS", "POST"]),
    ]

    func answers(_ sent: RequestSent) -> Bool {
        sent.method == method && sent.target.hasSuffix(target.dropFirst("/echo".count))
    }
}

private func judgeErrorAnswers(_ history: HistoryView) -> Judgement {
    var judgement = Judgement(observations: 0)
    let exchanges = history.exchanges.filter { $0.sent.label == NodeErrorAnswer.label }
    // The workload sends them in the order of the table.
    for (exchange, expected) in zip(exchanges, NodeErrorAnswer.all) where expected.answers(exchange.sent) {
        judgement.observations += 1
        guard let response = exchange.response else {
            judgement.findings.append(
                Finding(
                    .errorAltered,
                    "the node's \(expected.status) to \(expected.method) \(expected.target) never arrived: "
                        + (exchange.failure?.detail ?? ""),
                    evidence: [history.evidence(exchange)], deadline: exchange.missedDeadline))
            continue
        }
        var wrong: [String] = []
        if response.status != expected.status { wrong.append("status \(response.status)") }
        if let text = expected.text, !response.body.contains(text) {
            wrong.append("body \(response.body.prefix(60).debugDescription)")
        }
        if let allow = expected.allow {
            let came = response.values(of: "allow").joined(separator: ",").split(separator: ",").map {
                $0.filter { $0 != " " }
            }
            if Set(came) != allow { wrong.append("Allow \(came)") }
        }
        if response.nodeID == nil { wrong.append("no name of a node") }
        if wrong.isEmpty { continue }
        judgement.findings.append(
            Finding(
                .errorAltered,
                "the node answers \(expected.method) \(expected.target) with \(expected.status), the client saw "
                    + wrong.joined(separator: ", "),
                evidence: [history.evidence(exchange)]))
    }
    return judgement
}

extension FindingCode {
    /// A node's error answer arrived with another status or body.
    static let errorAltered = FindingCode("error-altered", .rewriting, isCertain: true)
}
