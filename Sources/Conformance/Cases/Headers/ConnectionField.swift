import Claims
import Fleet
import History
import Lab
import Verdicts
import Wire

extension ConformanceCase {
    /// `headers/connection-field`
    static let headersConnectionField = ConformanceCase(
        CaseDescription(
            id: "headers/connection-field", title: "Upgrade and Connection say to a node what the client meant",
            features: [.websocketUpgrade],
            proves:
                "An upgrade reaches the node with the client's own value of Upgrade; a plain request reaches it without "
                + "Upgrade and without the option \"upgrade\" in Connection, whether the client closes its connection or "
                + "keeps it (RFC 9110 §7.6.1, §7.8).",
            findings: [.upgradeFieldAltered, .upgradeFieldAdded, .connectionFieldAdded, .requestFailed],
            hasControl: true),
        workload: { stage in
            _ = await forAll((0..<2).map { _ in stage.client() }) { client in
                // In turns: what one request says of its connection must not stick to the next one's.
                for connection in ["", "close", "keep-alive"] {
                    let headers = connection.isEmpty ? [] : [(name: "Connection", value: connection)]
                    let use = connection == "close" ? ConnectionUse.fresh : .kept
                    for method in ["GET", "POST"] {
                        await client.request(
                            method, "/whoami", headers: headers, RequestPlan(label: label, connection: use))
                    }
                    await client.upgrade("/echo/websocket", RequestPlan(label: label)).webSocket?.abort()
                }
                await client.keptConnection.close()
            }
        },
        judge: judgeConnectionFields)
}

private let label = RequestLabel("connection-field")

private func judgeConnectionFields(_ history: HistoryView) -> Judgement {
    var judgement = Judgement(observations: 0)
    var reported: Set<String> = []
    for exchange in history.exchanges where exchange.sent.label == label && exchange.endedAt != nil {
        let isUpgrade = exchange.sent.target.hasSuffix("/websocket")
        let what = "\(isUpgrade ? "the upgrade of" : exchange.sent.method) \(exchange.sent.path)"
        guard let execution = exchange.executions.first else {
            // Upgrades that reach no node are the matter of another case.
            if isUpgrade { judgement.doubt = "\(what) reached no node of ours" }
            if !isUpgrade, reported.insert("unserved").inserted {
                judgement.findings.append(unserved(exchange, what, history))
            }
            continue
        }
        let seen = execution.request
        let upgrade = seen.values(of: "upgrade").joined(separator: ", ")
        if isUpgrade, upgrade.isEmpty {
            judgement.doubt = "\(what) reached \(execution.nodeID) without Upgrade, as another case tells"
            continue
        }
        judgement.observations += 1
        let connection = seen.values(of: "connection").joined(separator: ", ")
        guard let code = violation(isUpgrade: isUpgrade, upgrade: upgrade, connection: connection),
            reported.insert(code.rawValue).inserted
        else { continue }
        judgement.findings.append(
            Finding(
                code, "\(what) \(words(code, upgrade: upgrade, connection: connection))",
                evidence: [
                    history.evidence(exchange),
                    """
                    \(execution.nodeID) saw Upgrade: \(upgrade.debugDescription), \
                    Connection: \(connection.debugDescription)
                    """,
                ]))
    }
    return judgement
}

private func violation(isUpgrade: Bool, upgrade: String, connection: String) -> FindingCode? {
    if isUpgrade { return upgrade.lowercased() == "websocket" ? nil : .upgradeFieldAltered }
    if !upgrade.isEmpty { return .upgradeFieldAdded }
    let options = connection.lowercased().split { $0 == "," || $0 == " " }
    return options.contains("upgrade") ? .connectionFieldAdded : nil
}

private func words(_ code: FindingCode, upgrade: String, connection: String) -> String {
    let origin = upgrade.lowercased() == connection.lowercased() ? ", the value of Connection" : ""
    switch code {
    case .upgradeFieldAltered: return "reached the node with Upgrade: \(upgrade)\(origin); the client sent websocket"
    case .upgradeFieldAdded: return "reached the node with Upgrade: \(upgrade)\(origin); the client sent none"
    default: return "reached the node with Connection: \(connection); the client asked for no upgrade"
    }
}

private func unserved(_ exchange: Exchange, _ what: String, _ history: HistoryView) -> Finding {
    let came =
        exchange.response.map { "was answered \($0.status) by no node of ours" }
        ?? "got no answer: \(exchange.failure?.detail ?? "")"
    return Finding(
        .requestFailed, "\(what) \(came)", evidence: [history.evidence(exchange)], deadline: exchange.missedDeadline)
}

extension FindingCode {
    /// An upgrade arrived with another Connection or Upgrade.
    static let upgradeFieldAltered = FindingCode("upgrade-field-altered", .upgrade, isCertain: true)
    /// A plain request arrived with an Upgrade that nobody sent.
    static let upgradeFieldAdded = FindingCode("upgrade-field-added", .upgrade, isCertain: true)
    /// A plain request arrived with `Connection: upgrade` that nobody sent. Most nodes pass over it.
    static let connectionFieldAdded = FindingCode(
        "connection-field-added", .upgrade, isCertain: true, greatestLevel: .should)
}
