import Claims
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `security/refused-upgrade-smuggling`
    static let securityRefusedUpgradeSmuggling = ConformanceCase(
        CaseDescription(
            id: "security/refused-upgrade-smuggling", title: "Behind a refused upgrade a connection is still HTTP",
            features: [.requestIntegrity],
            proves:
                "A request behind an upgrade that the node refused, for its Sec-WebSocket-Version or with a 403, "
                + "reaches a node as any other does, with what the balancer writes of its client, or its connection "
                + "ends (RFC 9110 §7.8).",
            findings: [.refusedUpgradeTunnelled]),
        workload: { stage in
            await LiteralProbe.sendNoRequest(stage)
            _ = await forAll(Array(refused)) { path, version in
                let client = stage.client()
                let upgrade = LiteralRequest(
                    "GET", path,
                    lines: [
                        "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: \(LiteralWebSocketPeer.key)",
                        "Sec-WebSocket-Version: \(version)",
                    ])
                await LiteralProbe.send([(plain, Leg.plain)], by: client)
                await LiteralProbe.send([(upgrade, Leg.upgrade), (plain, Leg.behind)], by: client)
            }
        },
        judge: judgeRefusals)
}

/// What a node refuses, with the version that is asked for.
private let refused = [(path: "/echo/websocket", version: 12), (path: "/refuse/403", version: 13)]

/// Some fields for one hop too, which a balancer that reads the request takes away.
private let plain = LiteralRequest(
    "GET", "/whoami", lines: [LiteralProbe.forgedField, "Connection: keep-alive", "Keep-Alive: timeout=5"])

private enum Leg {
    static let plain = RequestLabel("plain-before-upgrade")
    static let upgrade = RequestLabel("refused-upgrade")
    static let behind = RequestLabel("behind-refused-upgrade")
}

private func judgeRefusals(_ history: HistoryView) -> Judgement {
    var judgement = Judgement(observations: 0)
    judgement.unsupported = LiteralProbe.objection(in: history)
    if judgement.unsupported != nil { return judgement }
    for (client, exchanges) in Dictionary(grouping: history.exchanges, by: \.client).sorted(by: { $0.key < $1.key }) {
        func first(_ label: RequestLabel) -> Exchange? { exchanges.first { $0.sent.label == label } }
        guard let upgrade = first(Leg.upgrade), upgrade.endedAt != nil else { continue }
        guard let usual = first(Leg.plain)?.executions.first?.request else {
            judgement.doubt = "no node of ours saw a plain request of \(client)"
            continue
        }
        if upgrade.response?.status == 101 {
            judgement.doubt = "an upgrade that is to be refused was answered 101"
            continue
        }
        judgement.observations += 1
        // Without an execution the connection ended, or the balancer itself refused what came on it.
        guard let behind = first(Leg.behind), let seen = behind.executions.first,
            let sign = sign(that: seen.request, isUnlike: usual)
        else { continue }
        judgement.findings.append(
            Finding(
                .refusedUpgradeTunnelled,
                "behind an upgrade that was answered \(upgrade.response?.status ?? 0) a request reached \(seen.nodeID) "
                    + "as its client wrote it, \(sign): the balancer reads no requests there any more, and a client "
                    + "gets past all its rules",
                evidence: [history.evidence(upgrade), history.evidence(behind)]))
    }
    return judgement
}

/// What shows that one of two equal requests got past the balancer.
private func sign(that seen: RequestExecuted, isUnlike usual: RequestExecuted) -> String? {
    if LiteralProbe.isForged(seen), !LiteralProbe.isForged(usual) {
        return "as one from \(LiteralProbe.forgedAddress), which the client made up"
    }
    func names(_ request: RequestExecuted) -> Set<String> { Set(request.headers.compactMap(\.first)) }
    let missing = names(usual).subtracting(names(seen)).sorted()
    let added = names(seen).subtracting(names(usual)).sorted()
    if missing.isEmpty, added.isEmpty { return nil }
    return "with \(added.isEmpty ? "no further fields" : added.joined(separator: ", ")) and without "
        + "\(missing.isEmpty ? "any" : missing.joined(separator: ", ")) beside those of other requests"
}

extension FindingCode {
    /// A connection was left to the client although its upgrade was refused.
    static let refusedUpgradeTunnelled = FindingCode(
        "refused-upgrade-tunnelled", .requestIntegrity, isCertain: true)
}
