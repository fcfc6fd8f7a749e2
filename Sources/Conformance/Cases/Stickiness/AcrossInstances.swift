import Claims
import Fleet
import History
import Lab
import SockJS
import Verdicts

extension ConformanceCase {
    /// `stickiness/across-instances`
    static let stickinessAcrossInstances = ConformanceCase(
        CaseDescription(
            id: "stickiness/across-instances", title: "A second instance of the balancer knows the same clients",
            features: [.pollingStickiness],
            proves:
                "Polling sessions that clients opened through one instance of the balancer go on on their node through "
                + "another one with the same configuration, as behind round robin of DNS.",
            findings: [.instancesDisagree], schedule: .alone(seconds: 1), verbs: [.twin]),
        workload: { stage in
            let twin = try await stage.startTwin()
            let sessions = await PollingSessions.open(13, on: stage)
            // In another order, or two instances that give clients to nodes in turn would agree by chance.
            _ = await forAll(sessions.reversed()) { carrier in
                await carrier.goOn(as: stage.client("elsewhere", of: carrier.client, at: twin), throughTwin)
            }
        },
        judge: { history in
            history.goingOn(
                throughTwin, as: .instancesDisagree, "through another instance of the balancer a session did not go on")
        })
}

private let throughTwin = RequestLabel("through-another-instance")

extension SockJSCarrier {
    /// Sends two messages of the session as another client, which is this one's browser somewhere else.
    func goOn(as other: VirtualClient, _ label: RequestLabel) async {
        for number in 1...2 {
            await other.request(
                "POST", path.on(.xhrSend).path, body: "[\"\(NumberedPayload.text(number, "elsewhere"))\"]",
                RequestPlan(label: label, session: session))
        }
    }
}

extension HistoryView {
    /// Whether requests of this label reached the owners of their sessions.
    ///
    /// - Parameter what: what happened where one did not, before a colon.
    func goingOn(_ label: RequestLabel, as code: FindingCode, _ what: String) -> Judgement {
        var judgement = Judgement.joining(
            StickinessChecker(labels: [label]).judge(self), SeveralOwnersChecker().judge(self))
        judgement.findings = judgement.findings.map { problem in
            Finding(code, "\(what): \(problem.message)", evidence: problem.evidence, deadline: problem.deadline)
        }
        return judgement
    }
}

extension Judgement {
    /// This one, where what it is compared with found nothing; else what was found has another ground, which other cases
    /// name, and is no more than a doubt.
    func unless(_ compared: Judgement, _ doubt: String) -> Judgement {
        guard !compared.findings.isEmpty, !findings.isEmpty else { return self }
        return Judgement(observations: 0, doubt: doubt)
    }
}

extension FindingCode {
    /// Another instance of the balancer led a session to another node.
    static let instancesDisagree = FindingCode("instances-disagree", .instances, followsFrom: .affinityNone)
}
