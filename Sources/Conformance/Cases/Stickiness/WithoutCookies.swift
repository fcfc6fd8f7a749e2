import Claims
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `stickiness/without-cookies`
    static let stickinessWithoutCookies = ConformanceCase(
        CaseDescription(
            id: "stickiness/without-cookies", title: "Polling sessions of clients without cookies keep their node",
            level: .may, features: [.pollingStickiness],
            proves:
                "Clients that keep no cookies, such as the Node.js build of sockjs-client, stay on the node of their "
                + "polling session all the same, by its URL or their address.",
            findings: [.sessionsNeedCookies]),
        workload: { stage in
            let clients = (0..<13).map { _ in stage.client("bare") }
            for client in clients { client.profile = ClientProfile(cookies: .none) }
            let sessions = await forAll(clients) { await PollingSessions.open($0) }.compactMap { $0 }
            for round in 1...3 {
                _ = await forAll(sessions.reversed()) { await PollingSessions.exchange($0, number: round) }
            }
        },
        judge: { history in
            var judgement = Judgement.joining(
                StickinessChecker().judge(history), SeveralOwnersChecker().judge(history))
            judgement.findings = judgement.findings.map { problem in
                Finding(
                    .sessionsNeedCookies, "without cookies \(problem.message)", evidence: problem.evidence,
                    deadline: problem.deadline)
            }
            return judgement
        })
}

extension FindingCode {
    /// A session of a client without cookies did not keep its node.
    static let sessionsNeedCookies = FindingCode(
        "sessions-need-cookies", .affinityWithoutCookies, isCertain: true, greatestLevel: .may,
        followsFrom: .affinityNone)
}
