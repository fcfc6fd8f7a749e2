import Claims
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `limits/answer-fields`
    ///
    /// 3 KiB, so that a balancer passes whose default is one page of 4 KiB for all fields, as nginx's is.
    static let limitsAnswerFields = ConformanceCase(
        CaseDescription(
            id: "limits/answer-fields", title: "An answer with large cookies arrives whole",
            features: [.answerFields],
            proves: "A node's answer with three Set-Cookie fields of 1000 bytes each arrives with its status and all "
                + "of them.",
            findings: [.answerRefused, .headerLost], hasControl: true),
        workload: { stage in
            for method in ["GET", "POST"] {
                await stage.client().request(method, "/whoami?cookies=\(count)", RequestPlan(label: label))
            }
        },
        judge: judgeAnswers)
}

private let label = RequestLabel("answer-fields")
private let count = 3

private func judgeAnswers(_ history: HistoryView) -> Judgement {
    var judgement = Judgement(observations: 0)
    for exchange in history.exchanges where exchange.sent.label == label && exchange.endedAt != nil {
        let what = "\(exchange.sent.method) \(exchange.sent.path)"
        guard let execution = exchange.executions.first else {
            judgement.doubt = "\(what) reached no node of ours"
            continue
        }
        judgement.observations += 1
        guard let response = exchange.response, response.nodeID != nil, response.status == execution.request.status
        else {
            let came =
                exchange.response.map { "\($0.status) came instead" } ?? "\(exchange.failure?.detail ?? "none") came"
            judgement.findings.append(
                Finding(
                    .answerRefused,
                    "\(execution.nodeID) answered \(what) with \(execution.request.status) and 3 KiB of fields; \(came)",
                    evidence: [history.evidence(exchange)], deadline: exchange.missedDeadline))
            continue
        }
        let whole = response.values(of: "set-cookie").filter {
            $0.hasPrefix("stickler-large-") && $0.utf8.count >= 1_000
        }
        if whole.count != count {
            judgement.findings.append(
                Finding(
                    .headerLost,
                    "of \(count) Set-Cookie fields of 1000 bytes in the answer to \(what) came \(whole.count)",
                    evidence: [history.evidence(exchange)]))
        }
    }
    return judgement
}

extension FindingCode {
    /// An answer with header fields of a size that apps send did not arrive.
    static let answerRefused = FindingCode("answer-refused", .limitAnswerFields, isCertain: true)
}
