import Claims
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `stickiness/two-layers`
    static let stickinessTwoLayers = ConformanceCase(
        CaseDescription(
            id: "stickiness/two-layers", title: "Behind another layer of balancing clients keep their nodes",
            features: [.pollingStickiness],
            proves:
                "With a second balancer before two instances of the first, as a cloud's before an ingress, each client "
                + "gets to its node with all its requests, and its polling session goes on there.",
            findings: [.layersDisagree], schedule: .alone(seconds: 1), scopes: [.client], verbs: [.layer]),
        workload: { stage in
            let upper = try await stage.startLayer()
            let layered = (0..<clientCount).map { _ in stage.client("layered", at: upper) }
            // For comparison, some that go to the balancer itself.
            let plain = (0..<clientCount).map { _ in stage.client("plain") }
            for (clients, label) in [(layered, behindTwo), (plain, behindOne)] {
                let sessions = await forAll(clients) { await RecordedVisit.begin($0, first) }
                // In another order, or turns that two layers take would lead clients back by chance.
                _ = await forAll(Array(zip(clients, sessions).reversed())) { client, session in
                    guard let session else { return }
                    await RecordedVisit.goOn(client, session, label, times: 3)
                }
            }
        },
        judge: { history in
            history.goingOn(
                behindTwo, as: .layersDisagree, "behind a second balancer a client did not get back to its node"
            ).unless(
                history.goingOn(behindOne, as: .layersDisagree, ""), "clients of the balancer alone were moved too")
        })
}

private let clientCount = 13
private let first = RequestLabel("first-of-layers")
private let behindTwo = RequestLabel("behind-two-layers")
private let behindOne = RequestLabel("behind-one-layer")

extension FindingCode {
    /// Behind two layers of balancing a client was moved.
    static let layersDisagree = FindingCode("layers-disagree", .layers, isCertain: true)
}
