import Claims
import Fleet
import History
import Lab
import Verdicts

/// What the cases of draining share: sessions on all nodes talk while one of them is drained, and new clients come then.
enum DrainScene {
    /// Label of the sessions of clients that come after the drain.
    static let fresh = "fresh"
    /// Why there is nothing to judge.
    static let noVictim = "the sessions that opened were not on two nodes, so there was none to drain"

    static func play(_ stage: CaseStage) async throws {
        let population = await Population.open(polling: 12, webSockets: 9, on: stage)
        guard let victim = population.victim(on: stage) else { return }
        try await population.talk {
            try await stage.pause(.milliseconds(200))
            try await stage.perform(.drain(victim))
            let late = await forAll((0..<freshCount).map { _ in stage.client(fresh) }) { client in
                await PollingSessions.open(client, session: client.nextSessionName(fresh))
            }
            // What a drain ends, it ends soon.
            try await stage.pause(.milliseconds(500))
            for carrier in late { await carrier?.close() }
        }
    }

    /// So many miss a third of the nodes by chance in less than 1 of 15 000 runs.
    static let freshCount = 24

    /// Sessions of the drained node that were sound when it was drained, on WebSocket or on HTTP.
    static func ownSessions(
        in history: HistoryView, onWebSocket: Bool
    ) -> (node: String, names: Set<String>)? {
        guard let drain = history.operations(.drain).first, let node = drain.nodeID else { return nil }
        let own = history.soundTraces(at: drain.begun).filter {
            $0.opened.nodeID == node && ($0.opened.transport == .websocket) == onWebSocket
        }
        return (node, Set(own.map(\.opened.session)))
    }
}
