import Claims
import Fleet
import History
import Lab
import SockJS
import Verdicts

extension ConformanceCase {
    /// `sockjs/request-rate`
    static let sockJSRequestRate = ConformanceCase(
        CaseDescription(
            id: "sockjs/request-rate", title: "A quiet client asks rarely",
            features: [.pollingStickiness],
            proves:
                "A client asks at most \(requestLimit) times in 2 s when nothing is said to it, and when the server has "
                + "closed its session: answers that a balancer makes up, or whose frames it leaves without an end, drive "
                + "each browser into a busy loop.",
            findings: [.requestStorm, .sessionNotOpened], schedule: .shared(seconds: 4), hasControl: true,
            awaits: "quiet clients"),
        workload: { stage in
            let services = [PollingSessions.service, "/close", PollingSessions.service, "/close"]
            _ = await forAll(services.map { ($0, stage.client()) }) { service, client in
                let connector = PollingSessions.connector(.xhrPolling, service: service, openLimit: .seconds(2))
                let opened = await connector.connect(client, session: client.nextSessionName())
                guard case .success(let carrier) = opened else { return }
                _ = try? await carrier.receive(within: .seconds(2))
                await carrier.close()
            }
        },
        judge: judgeRequestRate)
}

/// One poll waits all the time; a heartbeat or a lost connection may make it two or three.
private let requestLimit = 10

private func judgeRequestRate(_ history: HistoryView) -> Judgement {
    var judgement = AttemptChecker().judge(history)
    judgement.observations = 0
    let labels = [RequestLabel.pollOpen, RequestLabel.poll]
    let polls = history.exchanges.filter { labels.contains($0.sent.label) }
    for (session, polls) in Dictionary(grouping: polls, by: { $0.sent.session ?? "" }).sorted(by: { $0.key < $1.key }) {
        judgement.observations += 1
        guard polls.count > requestLimit, let last = polls.last else { continue }
        judgement.findings.append(
            Finding(
                .requestStorm, "session \(session) polled \(polls.count) times although nothing was said",
                evidence: [history.evidence(last)]))
    }
    return judgement
}

extension FindingCode {
    /// Polling made more requests than its traffic explains.
    static let requestStorm = FindingCode("request-storm", .rewriting)
}
