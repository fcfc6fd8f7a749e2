import Claims
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `stickiness/shared-connection`
    static let stickinessSharedConnection = ConformanceCase(
        CaseDescription(
            id: "stickiness/shared-connection", title: "Two clients on one connection go each to its own node",
            features: [.pollingStickiness],
            proves:
                "When an edge proxy sends the requests of two clients in turns over one keep-alive connection, each "
                + "still reaches the node of its own session: the decision is made per request.",
            findings: [.sessionNotOpened, .sessionMoved, .requestFailed], scopes: [.client, .session]),
        workload: { stage in
            var first: SockJSCarrier?
            var second: SockJSCarrier?
            // All with one address, as the edge proxy's clients have: a balancer that goes by it can't be asked for more.
            let edge = stage.client("edge")
            for _ in 1...clientCount where second == nil {
                guard let carrier = await PollingSessions.open(stage.client(besides: edge)) else { continue }
                if first == nil {
                    first = carrier
                } else if carrier.nodeID != first?.nodeID {
                    second = carrier
                } else {
                    await carrier.close()
                }
            }
            guard let first, let second else { return }
            let slot = ConnectionSlot()
            do throws(CarrierError) {
                for round in 1...6 {
                    for carrier in [first, second] {
                        try await carrier.send(
                            NumberedPayload.text(round, "shared"), on: .shared(slot), within: CaseBudget.answer)
                        _ = try await carrier.receive(on: .shared(slot), within: CaseBudget.answer)
                    }
                }
            } catch {
                // Recorded as the failed request or the closed session.
            }
            await slot.close()
        },
        judge: { history in
            var judgement = Judgement.joining(
                OpenedSessionsChecker(least: 2).judge(history), StickinessChecker().judge(history))
            // A balancer may close a kept connection just as the next request is on its way; that is no wrong node.
            let wasClosed = history.exchanges.contains {
                $0.failure?.failure == .closedEarly && $0.executions.isEmpty && $0.sent.label != RequestLabel.pollOpen
            }
            if goesByAddress(history) {
                judgement.unsupported =
                    "\(clientCount) clients of one address, without a cookie of the balancer, all got to one node: it "
                    + "goes by the address, so two of them are one to it"
                return judgement
            }
            if wasClosed { judgement.findings.removeAll { $0.code == .requestFailed } }
            if wasClosed || !connectionWasShared(history) {
                judgement.doubt =
                    judgement.doubt ?? "no two sessions of different nodes shared a connection; the balancer may close "
                    + "each connection after one answer"
            }
            return judgement
        })
}

private func connectionWasShared(_ history: HistoryView) -> Bool {
    var sessions: [String: Set<String>] = [:]
    for exchange in history.exchanges where exchange.sent.label != .pollOpen {
        sessions[exchange.sent.connection, default: []].insert(exchange.sent.session ?? "")
    }
    return sessions.values.contains { $0.count > 1 }
}

/// As many clients of one address are tried; all on one node of three by chance in 1 run of 170 000.
private let clientCount = 12

/// Whether all of them opened on one node, and none had a cookie that could have sent it there.
private func goesByAddress(_ history: HistoryView) -> Bool {
    let sessions = history.sessions
    let openings = history.exchanges.filter { $0.sent.label == RequestLabel.pollOpen }
    let owners = sessions.map(\.opened.nodeID)
    return sessions.count == clientCount && owners[0] != nil && owners.allSatisfy { $0 == owners[0] }
        && openings.allSatisfy { $0.sent.cookie == nil && $0.response?.values(of: "set-cookie").isEmpty ?? false }
}
