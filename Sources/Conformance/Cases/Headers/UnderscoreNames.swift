import Claims
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `headers/underscore-names`
    ///
    /// A may: CGI can't tell such names from those with hyphens, so that some balancers drop them.
    static let headersUnderscoreNames = ConformanceCase(
        CaseDescription(
            id: "headers/underscore-names", title: "A field whose name has an underscore arrives", level: .may,
            features: [.requestIntegrity],
            proves:
                "A field of a request whose name has an underscore, which is a letter of names as any other (RFC 9110 "
                + "§5.6.2), reaches the node.",
            findings: [.underscoreFieldDropped]),
        workload: { stage in
            let client = stage.client()
            for method in ["GET", "POST"] {
                await client.request(method, "/whoami", headers: fields, RequestPlan(label: label))
            }
        },
        judge: { history in
            var judgement = Judgement(observations: 0)
            for exchange in history.exchanges where exchange.sent.label == label {
                // Another field of the same request tells that fields get through at all.
                guard let seen = exchange.executions.first?.request, seen.values(of: "x-stickler-plain") == ["1"] else {
                    judgement.doubt = "no node of ours saw a \(exchange.sent.method) with the fields of its client"
                    continue
                }
                judgement.observations += 1
                if !seen.values(of: "x_stickler_mark").isEmpty || !judgement.findings.isEmpty { continue }
                judgement.findings.append(
                    Finding(
                        .underscoreFieldDropped,
                        "X_Stickler_Mark did not reach the node, while a field without an underscore in its name did",
                        evidence: [history.evidence(exchange)]))
            }
            return judgement
        })
}

private let label = RequestLabel("underscore-names")
private let fields = [(name: "X_Stickler_Mark", value: "1"), (name: "X-Stickler-Plain", value: "1")]

extension FindingCode {
    /// A field was dropped for its name.
    static let underscoreFieldDropped = FindingCode("underscore-field-dropped", .requestIntegrity, isCertain: true)
}
