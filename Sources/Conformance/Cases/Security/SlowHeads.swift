import Claims
import Fleet
import History
import Lab
import Verdicts
import Wire

extension ConformanceCase {
    /// `security/slow-heads`
    static let securitySlowHeads = ConformanceCase(
        CaseDescription(
            id: "security/slow-heads", title: "Clients that take their time keep nobody out", level: .should,
            features: [.bystanderIsolation],
            proves:
                "While \(slowCount) clients write the heads of their requests in pieces, each of \(quickCount) others is "
                + "served before those are done.",
            findings: [.slowClientsKeepOut], schedule: .alone(seconds: 2)),
        workload: { stage in
            // Where one alone is not served, the slow ones are not to blame.
            guard await stage.client("alone").request("GET", "/whoami", RequestPlan(label: alone)).nodeID != nil else {
                return
            }
            async let slow: [Void] = forAll((0..<slowCount).map { _ in stage.client("slow") }) { client in
                do throws(WireError) {
                    let connection = try await LiteralConnection.open(client, within: CaseBudget.attempt)
                    let plain = LiteralRequest("GET", "/whoami", lines: ["Accept: */*"])
                    await connection.exchange(plain, label: slowly, pace: pace, within: CaseBudget.answer)
                    await connection.close()
                } catch {
                    // One that is not let in is not what is asked.
                }
            }
            _ = try await stage.awaitExecutions(within: CaseBudget.attempt) { history in
                history.exchanges.count { $0.sent.label == slowly } >= slowCount
            }
            _ = await forAll((0..<quickCount).map { _ in stage.client("quick") }) { client in
                await client.request("GET", "/whoami", RequestPlan(label: quickly))
            }
            _ = await slow
        },
        judge: judgeQuick)
}

private let slowCount = 150
private let quickCount = 12
private let pace = LiteralConnection.Pace(pieces: 6, pause: .milliseconds(250))
private let alone = RequestLabel("alone")
private let slowly = RequestLabel("written-slowly")
private let quickly = RequestLabel("beside-slow-heads")

private func judgeQuick(_ history: HistoryView) -> Judgement {
    var judgement = Judgement(observations: 0)
    let exchanges = history.exchanges
    // Those that were refused before they were done held nothing.
    let slow = exchanges.filter { $0.sent.label == slowly && $0.response?.nodeID != nil }
    let ends = slow.compactMap(\.endedAt)
    guard slow.count * 2 > slowCount, let end = ends.sorted().dropFirst(ends.count / 2).first else {
        judgement.doubt = "only \(slow.count) of \(slowCount) slow clients could write their requests to the end"
        return judgement
    }
    for request in exchanges where request.sent.label == quickly {
        guard let ended = request.endedAt else { continue }
        judgement.observations += 1
        let isServed = request.response.map { $0.status == 200 && $0.nodeID != nil } ?? false
        if isServed, ended < end { continue }
        let what =
            isServed
            ? "was answered only when most of the others were done"
            : request.response.map { "was answered \($0.status)" } ?? "got no answer"
        judgement.findings.append(
            Finding(
                .slowClientsKeepOut,
                "while \(slow.count) clients wrote their requests slowly, one of another client \(what)",
                evidence: [history.evidence(request)], deadline: request.sentAt...ended))
    }
    judgement.findings = Array(judgement.findings.prefix(StickinessChecker.findingLimit))
    return judgement
}

extension FindingCode {
    /// A client was not served while others wrote their requests slowly.
    static let slowClientsKeepOut = FindingCode("slow-clients-keep-out", .slowClients, greatestLevel: .should)
}
