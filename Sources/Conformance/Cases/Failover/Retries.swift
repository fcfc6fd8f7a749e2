import Clocks
import Fleet
import History
import Lab
import Verdicts

/// Requests of a client that asks again and again, as one whose node is gone.
enum Retries {
    /// For one of them.
    static let limit = Duration.milliseconds(2_500)

    /// Asks until an answer will do, and tells whether one did. The last request is sent when the deadline has passed.
    @discardableResult
    static func run(
        by client: VirtualClient, label: RequestLabel, until deadline: MonotonicClock.Instant,
        isEnough: (RequestOutcome) -> Bool
    ) async -> Bool {
        var isLast = false
        while !isLast {
            isLast = MonotonicClock.now >= deadline
            if isEnough(await client.request("GET", "/whoami", RequestPlan(label: label, limit: limit))) { return true }
            // The pace of a client that retries; an answer ends the wait for the next node.
            guard (try? await client.pause(.milliseconds(100))) != nil else { return false }
        }
        return false
    }
}

extension HistoryView {
    /// Whether one request of each client with this label was answered by a node, in the time that a killed node allows.
    ///
    /// - Parameter moment: what had happened, before a comma.
    func served(_ label: RequestLabel, as code: FindingCode, _ moment: String) -> Judgement {
        let limit = limit(.killed)
        var judgement = Judgement(observations: 0)
        let asked = exchanges.filter { $0.sent.label == label && $0.endedAt != nil }
        for (client, requests) in Dictionary(grouping: asked, by: \.client).sorted(by: { $0.key < $1.key }) {
            judgement.observations += 1
            guard let first = requests.first, !requests.contains(where: { $0.response?.nodeID != nil }) else {
                continue
            }
            judgement.findings.append(
                Finding(
                    code,
                    "\(moment), none of \(requests.count) requests of \(client) was answered by any node \(limit.words)",
                    evidence: requests.suffix(2).map(evidence),
                    deadline: first.sentAt...(first.sentAt + limit.duration + Retries.limit)))
        }
        return judgement
    }

    /// Whether a request of each client of a node that went bad was answered by another one, in the time that a hung node
    /// allows.
    ///
    /// - Parameter moment: what had happened, before a comma.
    func judgeOwned(
        _ label: RequestLabel, since fault: (time: HistoryTime, nodeID: String), as code: FindingCode, _ moment: String
    ) -> Judgement {
        let limit = limit(.hung)
        var judgement = Judgement(observations: 0)
        let asked = exchanges.filter { $0.sent.label == label }
        for (client, requests) in Dictionary(grouping: asked, by: \.client).sorted(by: { $0.key < $1.key }) {
            judgement.observations += 1
            if requests.contains(where: { $0.response?.nodeID.map { $0 != fault.nodeID } ?? false }) { continue }
            judgement.findings.append(
                Finding(
                    code,
                    "\(moment), none of \(requests.count) requests of its client \(client) was answered by another node "
                        + limit.words,
                    evidence: requests.suffix(2).map(evidence),
                    deadline: fault.time...(fault.time + limit.duration + Retries.limit)))
        }
        return judgement
    }
}
