import Claims
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `stickiness/first-requests`
    ///
    /// A should: only what has neither cookie nor session suffers, such as the parts of a page. Affinity by the session of
    /// the URL is not asked, since these requests have none.
    static let stickinessFirstRequests = ConformanceCase(
        CaseDescription(
            id: "stickiness/first-requests", title: "What a new client asks at once reaches one node", level: .should,
            features: [.pollingStickiness],
            proves:
                "Where affinity goes by the client's address, the 6 requests that each of 12 new clients sends at once, "
                + "before it has had any answer, reach one node, as its later ones do.",
            findings: [.firstRequestsSpread], scopes: [.address, .client]),
        workload: { stage in
            _ = await forAll((0..<clientCount).map { _ in stage.client("new") }) { client in
                client.profile = ClientProfile(cookies: .none)
                _ = await forAll(Array(1...6)) { _ in await client.request("GET", "/whoami", RequestPlan(label: first))
                }
                for _ in 1...4 { await client.request("GET", "/whoami", RequestPlan(label: later)) }
            }
        },
        judge: judgeNewcomers)
}

/// So many addresses all get to one node of three by chance in 1 run of 170 000.
private let clientCount = 12
private let first = RequestLabel("first-requests")
private let later = RequestLabel("later-requests")

/// A client of which nodes of ours answered several requests of both kinds.
private struct Newcomer {
    var name: String
    var source: String?
    var first: [Exchange]
    var later: [Exchange]

    init?(_ name: String, _ exchanges: [Exchange]) {
        let served = exchanges.filter { $0.response?.nodeID != nil }
        self.name = name
        source = exchanges.first?.sent.source
        first = served.filter { $0.sent.label == Conformance.first }
        later = served.filter { $0.sent.label == Conformance.later }
        if first.count < 2 || later.count < 2 { return nil }
    }

    /// The nodes of these, sorted.
    static func nodes(_ exchanges: [Exchange]) -> [String] {
        Set(exchanges.compactMap { $0.response?.nodeID }).sorted()
    }
}

private func judgeNewcomers(_ history: HistoryView) -> Judgement {
    let exchanges = history.exchanges.filter { [first, later].contains($0.sent.label) }
    let newcomers = Dictionary(grouping: exchanges, by: \.client).compactMap { Newcomer($0.key, $0.value) }
        .sorted { $0.name < $1.name }
    var judgement = Judgement(observations: 0)
    if let field = exchanges.lazy.flatMap({ $0.response?.values(of: "set-cookie") ?? [] }).first {
        judgement.unsupported =
            "affinity goes by a cookie (\(field.prefix { $0 != "=" && $0 != ";" })), which a first request can't have yet"
        return judgement
    }
    guard !newcomers.isEmpty else {
        judgement.doubt = "no client had several of its requests answered by nodes of ours"
        return judgement
    }
    if let wanderer = newcomers.first(where: { Newcomer.nodes($0.later).count > 1 }) {
        judgement.unsupported =
            "nothing keeps what has neither cookie nor session together: what \(wanderer.name) sent one after another "
            + "reached \(list(Newcomer.nodes(wanderer.later)))"
        return judgement
    }
    guard Set(newcomers.compactMap(\.source)).count > 1 else {
        judgement.unobservable =
            "the clients have no addresses of their own here, so none is new to a balancer that goes by the address; "
            + "run it where the balancer listens on a loopback address"
        return judgement
    }
    // Their first ones count too: clients in step with a balancer that takes turns may all end on one node.
    let nodes = Newcomer.nodes(newcomers.flatMap { $0.first + $0.later })
    if newcomers.count > 1, nodes.count == 1 {
        judgement.unsupported =
            "\(newcomers.count) clients with addresses of their own all reached \(list(nodes)): the balancer does not "
            + "tell them apart by address"
        return judgement
    }
    judgement.observations = newcomers.count
    for client in newcomers {
        let nodes = Newcomer.nodes(client.first)
        guard nodes.count > 1 else { continue }
        let perNode = nodes.compactMap { node in client.first.first { $0.response?.nodeID == node } }
        judgement.findings.append(
            Finding(
                .firstRequestsSpread,
                "what the new client \(client.name) sent at once reached \(list(nodes)), and all it sent later "
                    + "\(list(Newcomer.nodes(client.later)))",
                evidence: (perNode + client.later.prefix(1)).map(history.evidence)))
    }
    return judgement
}

private func list(_ nodes: [String]) -> String {
    guard nodes.count > 1, let last = nodes.last else { return nodes.first ?? "none" }
    return "\(nodes.dropLast().joined(separator: ", ")) and \(last)"
}

extension FindingCode {
    /// First requests that came at once from one client went to several nodes.
    static let firstRequestsSpread = FindingCode("first-requests-spread", .affinityLoad, isCertain: true)
}
