import Clocks
import Claims
import Fleet
import History
import Lab
import SockJS
import Verdicts

extension ConformanceCase {
    /// `sockjs/abort-reaches-node`
    static let sockJSAbortReachesNode = ConformanceCase(
        CaseDescription(
            id: "sockjs/abort-reaches-node", title: "A poll that its client gives up ends at the node too",
            features: [.abortPropagation, .pollingStickiness],
            proves: "When a client closes the connection of a waiting poll, the node sees it within 2 s: "
                + "the next poll is not answered \"Another connection still open\".",
            findings: [.abortNotForwarded, .requestFailed, .sessionNotOpened], hasControl: true),
        workload: { stage in
            _ = await forAll((0..<4).map { _ in stage.client() }) { client in
                guard let carrier = await PollingSessions.open(client) else { return }
                // Our own deadline ends the poll by closing its connection: that is the abort.
                await client.request(
                    "POST", carrier.path.path,
                    RequestPlan(label: AbortLabel.given, session: carrier.session, limit: .milliseconds(200)))
                let deadline = MonotonicClock.now + CaseBudget.abort
                repeat {
                    let outcome = await client.request(
                        "POST", carrier.path.path,
                        RequestPlan(label: AbortLabel.after, session: carrier.session, limit: CaseBudget.answer))
                    guard stillOpen(outcome.body) else { break }
                    // The pace of the question; what is awaited happens between two other parties.
                    guard (try? await client.pause(.milliseconds(100))) != nil else { break }
                } while MonotonicClock.now < deadline
                await carrier.close()
            }
        },
        judge: judgeAborts)
}

private enum AbortLabel {
    static let given = RequestLabel("poll-given-up")
    static let after = RequestLabel("poll-after-abort")
}

private func stillOpen(_ body: String?) -> Bool { body?.hasPrefix("c[2010") ?? false }

private func judgeAborts(_ history: HistoryView) -> Judgement {
    var judgement = Judgement(observations: 0)
    let exchanges = history.exchanges
    for exchange in exchanges where exchange.sent.label == RequestLabel.pollOpen && exchange.response?.status != 200 {
        guard exchange.endedAt != nil else { continue }
        judgement.findings.append(
            Finding(
                .sessionNotOpened, "session \(exchange.sent.session ?? "?") did not open",
                evidence: [history.evidence(exchange)], deadline: exchange.missedDeadline))
    }
    for abort in exchanges where abort.sent.label == AbortLabel.given {
        guard abort.endedAt != nil else { continue }
        guard let failure = abort.failure, failure.failure == .timedOut else {
            judgement.findings.append(
                Finding(
                    .requestFailed, "a poll that was to wait ended by itself", evidence: [history.evidence(abort)]))
            continue
        }
        let later = exchanges.filter { $0.sent.label == AbortLabel.after && $0.sent.session == abort.sent.session }
        guard let last = later.last, last.endedAt != nil else { continue }
        judgement.observations += 1
        guard let response = last.response, response.status == 200 else {
            judgement.findings.append(
                Finding(
                    .requestFailed, "the poll after an abort was not answered", evidence: [history.evidence(last)],
                    deadline: last.missedDeadline))
            continue
        }
        guard stillOpen(response.body) else { continue }
        judgement.findings.append(
            Finding(
                .abortNotForwarded,
                "the node still holds the poll that session \(abort.sent.session ?? "?") gave up 2 s before",
                evidence: [history.evidence(abort), history.evidence(last)],
                deadline: abort.endedAt.flatMap { ended in last.endedAt.map { ended...max(ended, $0) } }))
    }
    return judgement
}

extension FindingCode {
    /// A node did not notice that a client had given its request up.
    static let abortNotForwarded = FindingCode("abort-not-forwarded", .abort, isCertain: true)
}
