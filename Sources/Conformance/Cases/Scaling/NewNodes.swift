import Clocks
import Fleet
import History
import Lab
import Verdicts

/// Looking for nodes that were added.
enum NewNodes {
    /// Opens sessions of new clients until each of these nodes had one, or for as long as the balancer has.
    static func await(_ nodes: [NodeRemote], on stage: CaseStage) async {
        var missing = Set(nodes.map(\.nodeID))
        let deadline = MonotonicClock.now + FaultLimit(.returned, claims: stage.facts.faultClaims).duration
        while !missing.isEmpty, MonotonicClock.now < deadline {
            let client = stage.client("fresh")
            let fresh = await PollingSessions.open(
                client, session: client.nextSessionName("looking"), within: CaseBudget.attempt)
            if let node = fresh?.nodeID { missing.remove(node) }
            await fresh?.close()
            // The pace at which new clients come.
            guard (try? await stage.pause(.milliseconds(20))) != nil else { return }
        }
    }
}
