import Claims
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `sockjs/not-found-is-asked-again`
    static let sockJSNotFoundIsAskedAgain = ConformanceCase(
        CaseDescription(
            id: "sockjs/not-found-is-asked-again", title: "The 404 of a transport that is off is not kept",
            features: [.answerTransparency],
            proves:
                "A node marks the 404 of a disabled WebSocket as good for a year; the balancer still asks a node each "
                + "time, or clients would be refused long after WebSocket was switched on.",
            findings: [.answerCached, .errorAltered], hasControl: true),
        workload: { stage in
            for _ in 1...3 {
                let client = stage.client()
                await client.request(
                    "GET", "/disabled_websocket_echo/000/stickler/websocket", RequestPlan(label: label))
            }
        },
        judge: judgeNotFound)
}

private let label = RequestLabel.disabledTransport

private func judgeNotFound(_ history: HistoryView) -> Judgement {
    var judgement = Judgement(observations: 0)
    for exchange in history.exchanges where exchange.sent.label == label {
        judgement.observations += 1
        if exchange.response?.status != 404 {
            judgement.findings.append(
                Finding(
                    .errorAltered, "a disabled WebSocket was to be answered 404",
                    evidence: [history.evidence(exchange)], deadline: exchange.missedDeadline))
        } else if exchange.executions.isEmpty {
            judgement.findings.append(
                Finding(
                    .answerCached, "no node was asked for \(exchange.sent.target): the 404 came out of a cache",
                    evidence: [history.evidence(exchange)]))
        }
    }
    return judgement
}

extension FindingCode {
    /// A 404 was answered again without asking the node.
    static let answerCached = FindingCode("answer-cached", .caching, isCertain: true)
}
