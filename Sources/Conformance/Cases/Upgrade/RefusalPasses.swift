import Claims
import Fleet
import History
import Lab
import Verdicts
import Wire

extension ConformanceCase {
    /// `upgrade/refusal-passes`
    static let upgradeRefusalPasses = ConformanceCase(
        CaseDescription(
            id: "upgrade/refusal-passes", title: "A node's refusal of an upgrade arrives",
            features: [.websocketUpgrade],
            proves: "A 403 and a 426 with which the node answers an upgrade arrive at the client with their fields and "
                + "body (RFC 6455 §4.2.2).",
            findings: [.refusalAltered], hasControl: true),
        workload: { stage in
            for status in [403, 426] {
                let client = stage.client()
                do throws(WireError) {
                    let peer = try await LiteralWebSocketPeer.open(
                        client, target: "/refuse/\(status)", session: client.nextSessionName(), label: .refusal)
                    await peer.close()
                } catch {
                    // The failure is recorded with the request.
                }
            }
        },
        judge: { history in
            var judgement = Judgement(observations: 0)
            for exchange in history.exchanges where exchange.sent.label == .refusal {
                judgement.observations += 1
                let status = exchange.sent.target.hasSuffix("403") ? 403 : 426
                guard let response = exchange.response else {
                    judgement.findings.append(
                        Finding(
                            .refusalAltered, "the node's \(status) never arrived: \(exchange.failure?.detail ?? "")",
                            evidence: [history.evidence(exchange)], deadline: exchange.missedDeadline))
                    continue
                }
                var wrong: [String] = []
                if response.status != status { wrong.append("status \(response.status)") }
                if response.values(of: "x-refusal") != ["by-node"] {
                    wrong.append("X-Refusal \(response.values(of: "x-refusal"))")
                }
                if status == 426, response.values(of: "sec-websocket-version") != ["13"] {
                    wrong.append("Sec-WebSocket-Version \(response.values(of: "sec-websocket-version"))")
                }
                let node = exchange.executions.first?.nodeID ?? response.nodeID ?? "?"
                if response.body != "refused by \(node) with \(status)\n" {
                    wrong.append("body \(response.body.prefix(60).debugDescription)")
                }
                if !wrong.isEmpty {
                    judgement.findings.append(
                        Finding(
                            .refusalAltered,
                            "the node answered \(status), the client saw another answer: \(wrong.joined(separator: ", "))",
                            evidence: [history.evidence(exchange)]))
                }
            }
            return judgement
        })
}

extension FindingCode {
    /// A node's refusal of an upgrade arrived with another status, or not at all.
    static let refusalAltered = FindingCode("refusal-altered", .rewriting)
}
