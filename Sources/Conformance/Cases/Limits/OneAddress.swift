import Claims
import Fleet
import History
import Lab
import SockJS
import Verdicts

extension ConformanceCase {
    /// `limits/one-address`
    static let limitsOneAddress = ConformanceCase(
        CaseDescription(
            id: "limits/one-address", title: "Many clients behind one address are served at once",
            features: [.sharedAddresses],
            proves:
                "24 clients with one source address, as in an office, each ask for SockJS's info and hold a session "
                + "open, all at the same time; none is refused, and none is cut off.",
            findings: [.clientRefused]),
        workload: { stage in
            let office = stage.client("office")
            // One alone first: where it is not served, the number is not to blame.
            guard let transport = await transportOfOne(office) else { return }
            let clients = (0..<clientCount).map { _ in stage.client("office", besides: office) }
            let held = await forAll(clients) { client in
                await open(client, transport, session: client.nextSessionName(together))
            }
            _ = await forAll(Array(zip(clients, held))) { client, carrier in
                guard let carrier else { return }
                await client.request(
                    "GET", "\(PollingSessions.service)/info",
                    RequestPlan(label: .info, session: carrier.session))
                if transport == .websocket { _ = await PollingSessions.exchange(carrier, number: 1) }
            }
            _ = await forAll(held.compactMap { $0 }) { await $0.close() }
        },
        judge: judgeCrowd)
}

/// As many as an office has; a balancer that limits the connections of one address to fewer refuses a whole company.
private let clientCount = 24
private let alone = "alone"
private let together = "together"

/// The first transport by which one client alone can hold a session open with one request.
private func transportOfOne(_ client: VirtualClient) async -> ClientTransport? {
    for transport in [ClientTransport.websocket, .xhrStreaming] {
        guard let carrier = await open(client, transport, session: client.nextSessionName(alone)) else { continue }
        await carrier.close()
        return transport
    }
    return nil
}

private func open(_ client: VirtualClient, _ transport: ClientTransport, session: String) async -> (any Carrier)? {
    try? await PollingSessions.connector(transport).connect(client, session: session).get()
}

private func judgeCrowd(_ history: HistoryView) -> Judgement {
    var judgement = Judgement(observations: 0)
    let labels = history.sessionLabels
    let exchanges = history.exchanges.filter { $0.sent.session.flatMap { labels[$0] } == together }
    let opened = history.sessions.filter { labels[$0.opened.session] == together }
    let names = Set(exchanges.compactMap(\.sent.session)).union(opened.map(\.opened.session))
    guard history.sessions.contains(where: { labels[$0.opened.session] == alone }) else {
        judgement.doubt = "not even one client alone could hold a session open"
        return judgement
    }
    judgement.observations = names.count
    let refused = exchanges.filter { $0.endedAt != nil && !isServed($0) }
    if let first = refused.first {
        let clients = Set(refused.compactMap(\.sent.session)).count
        let ways = Dictionary(grouping: refused, by: way).map { "\($0.value.count) \($0.key)" }.sorted()
        judgement.findings.append(
            Finding(
                .clientRefused,
                "\(clients) of \(names.count) clients with one address were refused while the others held their "
                    + "sessions: \(ways.joined(separator: ", "))",
                evidence: refused.prefix(4).map(history.evidence),
                deadline: refused.allSatisfy { $0.missedDeadline != nil } ? first.missedDeadline : nil))
        return judgement
    }
    let cut = opened.filter { $0.closed.map { $0.cause != .client } ?? false }
    if let first = cut.first, let closed = first.closed {
        judgement.findings.append(
            Finding(
                .clientRefused,
                "\(cut.count) of \(names.count) sessions of clients with one address were cut off while the others "
                    + "opened: \(first.opened.session) with \(closed.code) \(closed.reason.debugDescription)"))
    }
    return judgement
}

private func isServed(_ exchange: Exchange) -> Bool {
    exchange.response.map { $0.status < 400 && $0.nodeID != nil } ?? false
}

private func way(_ exchange: Exchange) -> String {
    switch exchange.outcome {
    case .response(let response): "answered \(response.status)\(response.nodeID.map { " by \($0)" } ?? "")"
    case .failed(let failed): failed.failure.rawValue
    case .pending: "pending"
    }
}

extension FindingCode {
    /// A client among many of one address was refused.
    static let clientRefused = FindingCode("client-refused", .limitConnections, isCertain: true)
}
