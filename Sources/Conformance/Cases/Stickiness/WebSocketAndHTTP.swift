import Claims
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `stickiness/websocket-and-http`
    static let stickinessWebSocketAndHTTP = ConformanceCase(
        CaseDescription(
            id: "stickiness/websocket-and-http", title: "A client's WebSocket and its HTTP requests reach one node",
            features: [.websocketUpgrade, .clientAffinity],
            proves:
                "The WebSocket of a client and its HTTP requests reach one node, whichever came first, and where WebSockets "
                + "have a listener of their own too.",
            findings: [.webSocketElsewhere], scopes: [.client, .address]),
        workload: { stage in
            _ = await forAll((0..<pairCount).map { _ in stage.client("http-first") }) { client in
                let session = client.nextSessionName(httpFirst)
                for _ in 1...2 { await ask(client, session) }
                await connect(client, session)
            }
            _ = await forAll((0..<pairCount).map { _ in stage.client("websocket-first") }) { client in
                let session = client.nextSessionName(webSocketFirst)
                await connect(client, session)
                for _ in 1...2 { await ask(client, session) }
            }
        },
        judge: judgePairs)
}

private let pairCount = 12
private let httpFirst = "http-first"
private let webSocketFirst = "websocket-first"
private let plain = RequestLabel("beside-websocket")

private func ask(_ client: VirtualClient, _ session: String) async {
    await client.request("GET", "/whoami", RequestPlan(label: plain, session: session))
}

private func connect(_ client: VirtualClient, _ session: String) async {
    let opened = await WebSocketCarrier.open(client, target: "/websocket", framing: .raw, session: session)
    guard case .success(let carrier) = opened else { return }
    await carrier.close()
}

private func judgePairs(_ history: HistoryView) -> Judgement {
    var judgement = Judgement(observations: 0)
    var apart: [(order: String, plain: Exchange, opened: SessionTrace)] = []
    let labels = history.sessionLabels
    for trace in history.sessions {
        guard let node = trace.opened.nodeID,
            let asked = history.exchanges(of: trace.opened.session).last(where: { $0.sent.label == plain }),
            let other = asked.response?.nodeID
        else { continue }
        judgement.observations += 1
        if node != other { apart.append((labels[trace.opened.session] ?? "", asked, trace)) }
    }
    let place =
        history.bench?.hasWebSocketsApart == true ? ", through the listener that these have for themselves," : ""
    if let first = apart.first {
        judgement.findings.append(
            Finding(
                .webSocketElsewhere,
                "a client's WebSocket\(place) and its HTTP requests reached different nodes for \(apart.count) of "
                    + "\(judgement.observations) clients",
                evidence: [
                    history.evidence(first.plain),
                    history.evidence(
                        HistoryEvent(
                            time: first.opened.openedAt, actor: .client(first.opened.client),
                            kind: .sessionOpened(first.opened.opened))),
                ]))
    }
    return judgement
}

extension FindingCode {
    /// A client's WebSocket and its HTTP requests reached different nodes.
    static let webSocketElsewhere = FindingCode(
        "websocket-elsewhere", .affinityPath, isCertain: true, followsFrom: .affinityNone)
}
