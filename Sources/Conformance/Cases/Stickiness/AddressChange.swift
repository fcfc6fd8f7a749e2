import Claims
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `stickiness/address-change`
    static let stickinessAddressChange = ConformanceCase(
        CaseDescription(
            id: "stickiness/address-change", title: "A client keeps its node when its address changes",
            features: [.pollingStickiness],
            proves: "A browser whose address changes in the middle of a polling session, as a phone's that leaves the "
                + "house, gets to the node of its session as before.",
            findings: [.addressChangeMovesSession], scopes: [.client, .session]),
        workload: { stage in
            guard stage.clientsHaveOwnAddresses else {
                stage.client("source").record(
                    .scriptStep(ScriptStep(session: "", step: oneAddress, outcome: "ok", milliseconds: 0)))
                return
            }
            let sessions = await PollingSessions.open(13, on: stage)
            _ = await forAll(sessions.reversed()) { carrier in
                await carrier.goOn(as: stage.client("roamed", roamingFrom: carrier.client), roamed)
            }
        },
        judge: { history in
            var judgement = history.goingOn(
                roamed, as: .addressChangeMovesSession, "from another address a session did not go on")
            let hasOneAddress = history.events.contains {
                if case .scriptStep(let step) = $0.kind { return step.step == oneAddress }
                return false
            }
            if hasOneAddress {
                judgement.unobservable = "all clients come from one address here; run Stickler beside the balancer"
            }
            return judgement
        })
}

private let roamed = RequestLabel("from-another-address")
/// Recorded where the target is not on the loopback network, and clients have no addresses of their own.
private let oneAddress = "one-address"

extension FindingCode {
    /// A session was led to another node when its client's address changed.
    static let addressChangeMovesSession = FindingCode(
        "address-change-moves-session", .affinityAddress, followsFrom: .affinityNone)
}
