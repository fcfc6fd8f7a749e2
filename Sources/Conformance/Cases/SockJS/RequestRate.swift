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
                "A client asks at most \(requestLimit) times when nothing is said to it for 2 s, and when the server has "
                + "closed its session: answers that a balancer makes up, or whose frames it leaves without an end, drive "
                + "each browser into a busy loop.",
            findings: [.requestStorm, .sessionNotOpened], schedule: .shared(seconds: 4), hasControl: true,
            awaits: "quiet clients"),
        workload: { stage in
            let services = [PollingSessions.service, "/close", PollingSessions.service, "/close"]
            let carriers = await forAll(services.map { ($0, stage.client()) }) { service, client in
                let connector = PollingSessions.connector(.xhrPolling, service: service, openLimit: .seconds(2))
                let opened = await connector.connect(client, session: client.nextSessionName())
                guard case .success(let carrier) = opened else { return nil as (any Carrier)? }
                _ = try? await carrier.receive(within: .seconds(2))
                return carrier
            }.compactMap(\.self)
            // On a busy machine a busy loop takes longer to show; clients that ask rarely are not waited for.
            _ = try await stage.awaitExecutions(within: .seconds(10)) { history in
                carriers.allSatisfy { carrier in
                    let count = polls(history.exchanges(of: carrier.session)).count
                    return count <= usualRequests || count > requestLimit
                }
            }
            _ = await forAll(carriers) { await $0.close() }
        },
        judge: judgeRequestRate)
}

/// One poll waits all the time; a heartbeat or a lost connection may make it two or three.
private let usualRequests = 3
private let requestLimit = 10

private func polls(_ exchanges: [Exchange]) -> [Exchange] {
    exchanges.filter { [.pollOpen, .poll].contains($0.sent.label) }
}

private func judgeRequestRate(_ history: HistoryView) -> Judgement {
    var judgement = AttemptChecker().judge(history)
    judgement.observations = 0
    let sessions = Dictionary(grouping: polls(history.exchanges)) { $0.sent.session ?? "" }
    for (session, polls) in sessions.sorted(by: { $0.key < $1.key }) {
        judgement.observations += 1
        guard polls.count > requestLimit, let last = polls.last else {
            if polls.count > usualRequests {
                judgement.doubt =
                    judgement.doubt
                    ?? "session \(session) polled \(polls.count) times, too often for a quiet client and too seldom for a busy loop"
            }
            continue
        }
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
