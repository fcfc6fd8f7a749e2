import Claims
import Fleet
import History
import Verdicts
import Wire

/// Upgrades with a cookie that nobody set: each is to be answered as one without is.
enum ForgedUpgrade {
    static let plain = RequestLabel("upgrade-without-cookie")
    static let forged = RequestLabel("upgrade-with-unknown-cookie")

    /// What `meteorhacks:cluster` called its cookie before it had a service's name in it.
    private static let former = "cluster-endpoint"

    /// Asks for them with the balancer's own cookies, which have these names, and with one of a former version.
    static func run(_ stage: CaseStage, names: [String]) async {
        for name in names + [former] {
            await ask(stage.client("plain"), plain)
            let client = stage.client("forger")
            client.plantCookie(name: name, value: "stickler-forged-7")
            await ask(client, forged)
        }
    }

    private static func ask(_ client: VirtualClient, _ label: RequestLabel) async {
        do throws(WireError) {
            let peer = try await LiteralWebSocketPeer.open(
                client, target: "/websocket", session: client.nextSessionName(), label: label)
            // Whoever leaves before the node has said something looks like one that gives the upgrade up.
            if peer.response.status == 101 {
                peer.send(opcode: 9, HandshakeProbe.hello)
                _ = try? await peer.readFrame(opcode: 10, within: CaseBudget.answer)
            }
            await peer.close()
        } catch {
            // The failure is recorded with the request.
        }
    }

    /// Where upgrades without a cookie get no answer either, nothing is said.
    static func judge(_ history: HistoryView) -> Judgement {
        var judgement = Judgement(observations: 0)
        let exchanges = history.exchanges
        guard exchanges.contains(where: { $0.sent.label == forged }) else {
            judgement.doubt = "no upgrade with a forged cookie was asked for"
            return judgement
        }
        let usual = Set(exchanges.filter { $0.sent.label == plain }.compactMap { $0.response?.status })
        guard !usual.isEmpty else { return judgement }
        for exchange in exchanges where exchange.sent.label == forged && exchange.endedAt != nil {
            judgement.observations += 1
            if let status = exchange.response?.status, usual.contains(status) { continue }
            judgement.findings.append(
                Finding(
                    .unknownCookieUpgradeRefused,
                    "an upgrade with \(exchange.sent.cookie ?? "no cookie") was not answered as one without: "
                        + (exchange.response.map { "\($0.status)" } ?? exchange.failure?.detail ?? "no answer"),
                    evidence: [history.evidence(exchange)], deadline: exchange.missedDeadline))
        }
        return judgement
    }
}

extension FindingCode {
    /// An upgrade with a cookie that nobody knows was not answered as one without.
    static let unknownCookieUpgradeRefused = FindingCode(
        "unknown-cookie-upgrade-refused", .affinityCookie, isCertain: true)
}
