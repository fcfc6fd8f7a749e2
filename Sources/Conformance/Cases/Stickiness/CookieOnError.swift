import Claims
import Fleet
import History
import Lab
import SockJS
import Verdicts

extension ConformanceCase {
    /// `stickiness/cookie-on-error`
    static let stickinessCookieOnError = ConformanceCase(
        CaseDescription(
            id: "stickiness/cookie-on-error", title: "Affinity begins with the first answer, be it an error",
            level: .should, features: [.pollingStickiness, .clientAffinity],
            proves: "A client whose first answer is a 404 of its node gets to that node with its next requests.",
            findings: [.errorBeginsNothing], scopes: [.client, .address]),
        workload: { stage in
            _ = await forAll((0..<12).map { _ in stage.client() }) { client in
                let session = client.nextSessionName()
                let path = PollingSessions.path(for: client, service: PollingSessions.service, .xhrSend)
                let outcome = await client.request(
                    "POST", path.on(.xhrSend).path, body: "[\"to nobody\"]",
                    RequestPlan(label: atFirst, session: session))
                guard case .response(let response, _) = outcome, response.nodeID != nil, response.status == 404 else {
                    return
                }
                client.record(
                    .sessionOpened(
                        SessionOpened(
                            session: session, epoch: 1, transport: .http, nodeID: response.nodeID,
                            bootID: response.bootID)))
                for _ in 1...3 {
                    await client.request("GET", "/whoami", RequestPlan(label: afterError, session: session))
                }
            }
        },
        judge: { history in
            history.goingOn(afterError, as: .errorBeginsNothing, "after a first answer of 404 a client was moved")
        })
}

private let atFirst = RequestLabel("first-answer-is-an-error")
private let afterError = RequestLabel("after-an-error")

extension FindingCode {
    /// A client whose first answer was an error went to another node next.
    static let errorBeginsNothing = FindingCode(
        "error-begins-no-affinity", .affinityCookie, greatestLevel: .should, followsFrom: .affinityNone)
}
