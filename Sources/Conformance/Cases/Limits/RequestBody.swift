import Claims
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `limits/request-body`
    ///
    /// A must, since a message is lost that works without the balancer, and since the sizes are within what balancers
    /// allow unless somebody lowered it: 1 MiB for nginx, 1 GiB for Apache, no limit in HAProxy, Traefik and Caddy.
    static let limitsRequestBody = ConformanceCase(
        CaseDescription(
            id: "limits/request-body", title: "A large message of a polling session arrives whole",
            features: [.requestBodies],
            proves: "A SockJS xhr_send with a message of 64 KiB, and one of 512 KiB, reaches a node, which executes "
                + "the message byte for byte.",
            findings: [.bodyRefused, .messageAltered], hasControl: true),
        workload: { stage in
            _ = await forAll(sizes) { size in
                guard let carrier = await PollingSessions.open(stage.client()) else { return }
                do throws(CarrierError) {
                    try await carrier.send(NumberedPayload.text(1, String(repeating: "x", count: size)))
                    _ = try await carrier.receive(within: CaseBudget.answer)
                } catch {
                    // Recorded as the failed request or the closed session.
                }
                await carrier.close()
            }
        },
        judge: judgeBodies)
}

private let sizes = [64 << 10, 512 << 10]

private func judgeBodies(_ history: HistoryView) -> Judgement {
    var judgement = Judgement(observations: 0)
    let sends = history.exchanges.filter { $0.sent.label == RequestLabel.send }
    let executed = history.events.compactMap { event -> MessageExecuted? in
        if case .messageExecuted(let message) = event.kind { return message }
        return nil
    }
    if sends.isEmpty { judgement.doubt = "no session came so far as to send its message" }
    for event in history.events {
        guard case .messageSent(let message) = event.kind,
            let send = sends.first(where: { $0.sent.session == message.session && $0.endedAt != nil })
        else { continue }
        let what = "an xhr_send with a message of \(message.bytes) bytes"
        // Even at a node that doesn't know the session the body has come through; sessions are the matter of others.
        guard send.executions.first != nil else {
            let came =
                send.response.map { "was answered \($0.status) by no node of ours" }
                ?? "got no answer: \(send.failure?.detail ?? "")"
            judgement.observations += 1
            judgement.findings.append(
                Finding(
                    .bodyRefused, "\(what) \(came)", evidence: [history.evidence(send)], deadline: send.missedDeadline))
            continue
        }
        judgement.observations += 1
        guard send.response?.status == 204 else { continue }
        if !executed.contains(where: { $0.digest == message.digest && $0.bytes == message.bytes }) {
            judgement.findings.append(
                Finding(
                    .messageAltered, "\(what) was taken, and no node executed those bytes",
                    evidence: [history.evidence(send)]
                        + executed.prefix(2).map { "a node executed a message of \($0.bytes) bytes" }))
        }
    }
    return judgement
}

extension FindingCode {
    /// A body of a size that apps send was refused.
    static let bodyRefused = FindingCode("body-refused", .limitBody, isCertain: true)
}
