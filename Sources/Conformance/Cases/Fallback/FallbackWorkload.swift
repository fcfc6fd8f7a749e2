import Claims
import DDP
import Fleet
import History
import Lab
import SockJS
import Verdicts

/// Meteor clients that climb down the ladder while all nodes bear one fault, then use what they got.
enum FallbackWorkload {
    static func run(_ stage: CaseStage, _ fault: NodeFault) async throws {
        for node in stage.nodes { try await stage.inject(fault, on: node) }
        _ = await forAll((0..<12).map { _ in stage.client() }) { client in
            let opened = await SockJSConnector(options: options).connect(client, session: client.nextSessionName())
            guard case .success(let carrier) = opened else { return }
            do throws(DDPConnection.Failure) {
                var ddp = try await DDPConnection.connect(over: carrier)
                for _ in 1...3 { _ = try await ddp.call("whoami", []) }
            } catch {
                // Recorded as the request that failed or the session that closed.
            }
            await carrier.close()
        }
        for node in stage.nodes { try await stage.heal(fault, on: node) }
    }

    /// Meteor's ten seconds hold, while a deadline by the round trip of one request would ask how quick a machine is.
    private static var options: ClientOptions {
        var options = ClientOptions.meteor.allowing([.websocket, .xhrPolling])
        options.leastFallbackDeadline = .seconds(6)
        options.longestUpgradeDeadline = .seconds(3)
        return options
    }

    static func judge(_ history: HistoryView) -> Judgement {
        var judgement = Judgement.joining(StickinessChecker().judge(history), SeveralOwnersChecker().judge(history))
        judgement.observations = 0
        var names: [String] = []
        for exchange in history.exchanges where exchange.sent.label == RequestLabel.info {
            if let session = exchange.sent.session { names.append(session) }
        }
        for name in names {
            judgement.observations += 1
            let attempts = history.events.filter {
                if case .transportAttempted(let attempt) = $0.kind { return attempt.session == name }
                return false
            }
            let trace = history.sessions.first { $0.opened.session == name }
            if trace?.opened.transport == .websocket {
                judgement.doubt = "session \(name) got a WebSocket although every node's upgrades were broken"
                continue
            }
            if trace != nil {
                let triedUpgrade = attempts.contains {
                    if case .transportAttempted(let attempt) = $0.kind { return attempt.transport == .websocket }
                    return false
                }
                if !triedUpgrade {
                    judgement.doubt = "session \(name) tried no WebSocket, so it had nothing to fall back from"
                }
                continue
            }
            let last = history.exchanges(of: name).last
            let refused = last?.response.map { $0.status >= 400 } ?? (last?.failure?.failure == .connectFailed)
            judgement.findings.append(
                Finding(
                    refused ? .pollingRefused : .pollingNotReached,
                    "session \(name) never reached polling: "
                        + (refused ? "the balancer refused it" : "it was not open when the client gave up"),
                    evidence: attempts.map(history.evidence) + (last.map { [history.evidence($0)] } ?? []),
                    deadline: refused ? nil : last?.missedDeadline))
        }
        return judgement
    }
}

extension FindingCode {
    /// A client whose WebSocket failed could not open a polling session.
    static let pollingRefused = FindingCode("polling-refused", .fallback)
    /// A client whose WebSocket failed did not get to polling in time.
    static let pollingNotReached = FindingCode("polling-not-reached", .fallback)
}
