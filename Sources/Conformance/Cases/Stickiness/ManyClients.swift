import Claims
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `stickiness/many-clients`
    static let stickinessManyClients = ConformanceCase(
        CaseDescription(
            id: "stickiness/many-clients", title: "Hundreds of clients are all remembered",
            features: [.pollingStickiness, .clientAffinity],
            proves:
                "Each of \(clientCount) clients that asked once gets to the same node when all have asked and it asks "
                + "again.",
            findings: [.clientsForgotten], scopes: [.client, .address]),
        workload: { stage in
            let clients = (0..<clientCount).map { _ in stage.client("one") }
            for label in [first, first, again] {
                // Some at a time, since each brings a connection of its own; the last round in another order.
                let order = label == again ? Array(clients.reversed()) : clients
                for start in stride(from: 0, to: order.count, by: atOnce) {
                    _ = await forAll(Array(order[start..<min(start + atOnce, order.count)])) { client in
                        await client.request("GET", "/whoami", RequestPlan(label: label))
                    }
                }
            }
        },
        judge: judgeClients)
}

private let clientCount = 300
private let atOnce = 50
private let first = RequestLabel("asked-first")
private let again = RequestLabel("asked-when-all-had")

private func judgeClients(_ history: HistoryView) -> Judgement {
    var judgement = Judgement(observations: 0)
    var forgotten: [(before: Exchange, after: Exchange)] = []
    for (_, asked) in Dictionary(grouping: history.exchanges, by: \.client).sorted(by: { $0.key < $1.key }) {
        // A balancer that learns with the first answer has learnt by the second.
        guard let before = asked.last(where: { $0.sent.label == first }), let node = before.response?.nodeID,
            let after = asked.first(where: { $0.sent.label == again }), let other = after.response?.nodeID
        else { continue }
        judgement.observations += 1
        if node != other { forgotten.append((before, after)) }
    }
    let askers = Set(history.exchanges.filter { $0.sent.label == first }.map(\.client)).count
    if judgement.observations * 2 < askers {
        judgement.doubt = "only \(judgement.observations) of \(askers) clients were served twice by nodes of ours"
    }
    if !forgotten.isEmpty {
        judgement.findings.append(
            Finding(
                .clientsForgotten,
                "\(forgotten.count) of \(judgement.observations) clients got to another node when they asked again",
                evidence: forgotten.prefix(2).flatMap { [history.evidence($0.before), history.evidence($0.after)] }))
    }
    return judgement
}

extension FindingCode {
    /// Clients were not remembered among many.
    static let clientsForgotten = FindingCode("clients-forgotten", .affinityLoad, followsFrom: .affinityNone)
}
