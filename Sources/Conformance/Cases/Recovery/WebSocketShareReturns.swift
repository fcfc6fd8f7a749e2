import Clocks
import Claims
import Fleet
import History
import Lab
import SockJS
import Verdicts

extension ConformanceCase {
    /// `recovery/websocket-share-returns`
    static let recoveryWebSocketShareReturns = ConformanceCase(
        CaseDescription(
            id: "recovery/websocket-share-returns", title: "After an outage of upgrades clients get WebSockets again",
            features: [.recovery, .websocketUpgrade],
            proves:
                "After all nodes refused upgrades for a while, so that clients fell to polling, as many of the clients "
                + "that connect anew get a WebSocket as before, within 15 s of the nodes' recovery.",
            findings: [.webSocketNotBack, .upgradeNotForwarded], schedule: .alone(seconds: 1)),
        workload: { stage in
            let before = await webSockets(stage, Stretch.before)
            guard before > 0 else { return }
            for node in stage.nodes { try await stage.inject(.refuseUpgrade, on: node) }
            // Twice as many, so that a count of refusals for each node can run full.
            _ = await webSockets(stage, Stretch.during, of: 2 * clientCount)
            for node in stage.nodes { try await stage.heal(.refuseUpgrade, on: node) }
            let deadline = MonotonicClock.now + returnLimit
            var round = 1
            while await webSockets(stage, "\(Stretch.after)\(round)") < before, MonotonicClock.now < deadline {
                round += 1
                // The pace at which new clients come.
                try await stage.pause(.milliseconds(500))
            }
        },
        judge: judgeShare)
}

private let clientCount = 6
private let returnLimit = FaultClass.upgradesReturned.allowance

/// The label of a session, which says when its client connected; `after` is followed by the round.
private enum Stretch {
    static let before = "before"
    static let during = "during"
    static let after = "after-"
}

/// Lets new clients connect by Meteor's ladder, and tells how many got a WebSocket.
private func webSockets(_ stage: CaseStage, _ stretch: String, of count: Int = clientCount) async -> Int {
    await forAll((0..<count).map { _ in stage.client() }) { client in
        let opened = await SockJSConnector().connect(client, session: client.nextSessionName(stretch))
        guard case .success(let carrier) = opened else { return false }
        await carrier.close()
        return carrier is WebSocketCarrier
    }.count { $0 }
}

/// What became of the clients of one stretch.
private struct Share {
    var names: Set<String>
    var onWebSocket: Int
    var onPolling: Int

    init(_ names: Set<String>, _ transports: [String: SessionTransport]) {
        self.names = names
        onWebSocket = names.count { transports[$0] == .websocket }
        onPolling = names.count { transports[$0] == .xhrPolling }
    }

    var words: String { "\(onWebSocket)/\(names.count)" }

    func isBelow(_ other: Share) -> Bool { onWebSocket * other.names.count < other.onWebSocket * names.count }
}

private func judgeShare(_ history: HistoryView) -> Judgement {
    var judgement = Judgement(observations: 0)
    let transports = Dictionary(
        history.sessions.map { ($0.opened.session, $0.opened.transport) }, uniquingKeysWith: { first, _ in first })
    let labels = history.sessionLabels
    let asked = history.exchanges.filter { $0.sent.label == RequestLabel.info && $0.sent.session != nil }
    func share(_ isOf: (String) -> Bool, since start: HistoryTime? = nil, until end: HistoryTime? = nil) -> Share {
        let names = asked.filter { exchange in
            isOf(exchange.sent.session.flatMap { labels[$0] } ?? "") && start.map { exchange.sentAt >= $0 } ?? true
                && end.map { exchange.sentAt <= $0 } ?? true
        }
        return Share(Set(names.compactMap(\.sent.session)), transports)
    }
    func attempts(of share: Share) -> [HistoryEvent] {
        history.events.filter {
            guard case .transportAttempted(let attempt) = $0.kind else { return false }
            return share.names.contains(attempt.session) && attempt.transport == .websocket
        }
    }
    let before = share { $0 == Stretch.before }
    guard !before.names.isEmpty else { return judgement }
    if before.onWebSocket == 0 {
        let failed = attempts(of: before)
        let deadline = failed.first.flatMap { event -> ClosedRange<HistoryTime>? in
            guard case .transportAttempted(let attempt) = event.kind else { return nil }
            return event.time.stretchBefore(milliseconds: attempt.milliseconds)
        }
        judgement.observations = before.names.count
        judgement.findings.append(
            Finding(
                .upgradeNotForwarded, "none of \(before.names.count) clients got a WebSocket before any outage",
                evidence: failed.prefix(2).map(history.evidence), deadline: deadline))
        return judgement
    }
    let during = share { $0 == Stretch.during }
    if during.onPolling == 0 || during.onWebSocket > 0 {
        judgement.doubt =
            "while the nodes refused upgrades \(during.onPolling) of \(during.names.count) clients got polling and "
            + "\(during.onWebSocket) a WebSocket, so there was no outage to recover from"
    }
    guard let healed = history.lastHealing(of: .refuseUpgrade) else {
        judgement.doubt = judgement.doubt ?? "the nodes never took upgrades again"
        return judgement
    }
    let rounds = Set(asked.compactMap { $0.sent.session.flatMap { labels[$0] }.flatMap(round(of:)) }).sorted().map {
        number in
        share({ round(of: $0) == number }, since: healed, until: healed + returnLimit)
    }.filter { !$0.names.isEmpty }
    guard let last = rounds.last else {
        judgement.doubt = judgement.doubt ?? "no client connected after the outage"
        return judgement
    }
    judgement.observations = rounds.reduce(0) { $0 + $1.names.count }
    judgement.notes = ["WebSockets before \(before.words), during \(during.words), after \(last.words)"]
    if last.isBelow(before) {
        let shares = rounds.map(\.words).suffix(StickinessChecker.findingLimit)
        judgement.findings.append(
            Finding(
                .webSocketNotBack,
                "\(last.onWebSocket) of \(last.names.count) new clients got a WebSocket \(returnLimit.inWords) after the nodes "
                    + "took upgrades again; before the outage \(before.onWebSocket) of \(before.names.count) did",
                evidence: ["share of WebSockets in the last rounds: \(shares.joined(separator: ", "))"]
                    + attempts(of: last).suffix(2).map(history.evidence),
                deadline: healed...(healed + returnLimit)))
    }
    return judgement
}

private func round(of label: String) -> Int? {
    label.hasPrefix(Stretch.after) ? Int(label.dropFirst(Stretch.after.count)) : nil
}

extension HistoryView {
    /// When the last node was healed of a fault of this kind.
    fileprivate func lastHealing(of kind: FaultKind) -> HistoryTime? {
        events.last {
            if case .faultHealed(let fault) = $0.kind { return fault.fault == kind }
            return false
        }?.time
    }
}

extension FindingCode {
    /// New clients still got no WebSocket after the nodes took upgrades again.
    static let webSocketNotBack = FindingCode("websocket-not-back", .recovery)
}
