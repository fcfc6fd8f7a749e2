import Claims
import Fleet
import History
import Lab
import SockJS
import Verdicts

extension ConformanceCase {
    /// `sockjs/info-agrees-with-upgrade`
    static let sockJSInfoAgreesWithUpgrade = ConformanceCase(
        CaseDescription(
            id: "sockjs/info-agrees-with-upgrade", title: "Info says of WebSocket what an upgrade shows",
            features: [.websocketUpgrade, .answerTransparency],
            proves:
                "Where SockJS info says that there is WebSocket an upgrade is answered 101 and opens a session, where "
                + "it says that there is none an upgrade is refused at once: clients choose their transport by it.",
            findings: [.infoDisagrees, .infoUnavailable], hasControl: true),
        workload: { stage in
            for service in [PollingSessions.service, "/disabled_websocket_echo"] {
                let client = stage.client()
                let session = client.nextSessionName()
                await client.request("GET", "\(service)/info", RequestPlan(label: label, session: session))
                let opened = await WebSocketCarrier.open(
                    client, target: PollingSessions.path(for: client, service: service, .websocket).path,
                    framing: .sockJS, session: session, within: CaseBudget.answer)
                if case .success(let carrier) = opened { await carrier.close() }
            }
        },
        judge: judgeAgreement)
}

private let label = RequestLabel("info-of-service")

private func judgeAgreement(_ history: HistoryView) -> Judgement {
    var judgement = Judgement(observations: 0)
    let exchanges = history.exchanges
    let opened = Set(history.sessions.map(\.opened.session))
    for asked in exchanges where asked.sent.label == label && asked.endedAt != nil {
        guard let info = asked.response.flatMap({ $0.status == 200 ? try? SockJSInfo(parsing: $0.body) : nil }) else {
            judgement.findings.append(
                Finding(
                    .infoUnavailable, "\(asked.sent.target) was not answered with SockJS info",
                    evidence: [history.evidence(asked)], deadline: asked.missedDeadline))
            continue
        }
        let upgrade = exchanges.first {
            $0.sent.label == RequestLabel.upgrade && $0.sent.session == asked.sent.session && $0.endedAt != nil
        }
        guard let upgrade else {
            judgement.doubt = "the history ends before an upgrade was answered"
            continue
        }
        judgement.observations += 1
        let isOpen = opened.contains(asked.sent.session ?? "")
        let (agrees, came) = outcome(upgrade, isOpen: isOpen, promised: info.websocket)
        if agrees { continue }
        // After a 101 the first frame had what was left of our time.
        let isSilent = upgrade.response?.status == 101 && !isOpen
        judgement.findings.append(
            Finding(
                .infoDisagrees,
                "\(asked.sent.target) says websocket: \(info.websocket), but the upgrade of \(upgrade.sent.target) \(came)",
                evidence: [history.evidence(asked), history.evidence(upgrade)],
                deadline: isSilent ? upgrade.sentAt...(upgrade.sentAt + CaseBudget.answer) : upgrade.missedDeadline))
    }
    return judgement
}

/// Whether an upgrade met what info had promised, and how it was met.
private func outcome(_ upgrade: Exchange, isOpen: Bool, promised: Bool) -> (agrees: Bool, came: String) {
    guard let status = upgrade.response?.status else {
        return (false, "got no answer: \(upgrade.failure?.detail ?? "")")
    }
    if status == 101 { return (isOpen && promised, isOpen ? "opened a session" : "was answered 101 and no more") }
    // A 5xx is trouble, not a refusal.
    return (!promised && (400..<500).contains(status), "was answered \(status)")
}

extension FindingCode {
    /// What the SockJS info says of WebSocket is not what an upgrade meets.
    static let infoDisagrees = FindingCode("info-disagrees", .rewriting)
}
