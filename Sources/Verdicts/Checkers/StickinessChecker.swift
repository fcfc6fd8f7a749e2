import Claims
public import History

/// Every request of a session is answered by the node that opened it.
public struct StickinessChecker: HistoryChecker {
    /// Labels of the requests that must reach the owner.
    public var labels: Set<RequestLabel>
    /// Sessions to judge; nil for all.
    public var sessions: Set<String>?
    /// Connections of a session before this one are not judged; a session that lost its node begins again at 2.
    public var firstEpoch: Int
    /// Longest list of findings; one for each session at most.
    public static let findingLimit = 8

    /// A checker of requests with these labels.
    public init(labels: Set<RequestLabel> = [.poll, .send], sessions: Set<String>? = nil, firstEpoch: Int = 1) {
        self.labels = labels
        self.sessions = sessions
        self.firstEpoch = firstEpoch
    }

    /// Judges sessions by their opening; a session is judged up to its first violation, since what comes after
    /// follows from it.
    public func judge(_ history: HistoryView) -> Judgement {
        var judgement = Judgement(observations: 0)
        let traces = history.sessions
        for (index, trace) in traces.enumerated() {
            let name = trace.opened.session
            guard sessions?.contains(name) ?? true, trace.opened.epoch >= firstEpoch else { continue }
            guard let owner = trace.opened.nodeID else {
                judgement.doubt = judgement.doubt ?? "session \(name) opened, but the answer names no node"
                continue
            }
            // A connection that nobody closed ends where the next one of its session begins.
            let next = traces[(index + 1)...].first { $0.opened.session == name }?.openedAt
            let requests = history.exchanges(of: name).filter { request in
                labels.contains(request.sent.label) && request.endedAt != nil && request.sentAt >= trace.openedAt
                    && request.sentAt <= trace.closedAt ?? request.sentAt && next.map { request.sentAt < $0 } ?? true
            }
            for request in requests {
                judgement.observations += 1
                guard let finding = violation(request, owner: owner, session: name) else { continue }
                if judgement.findings.count < Self.findingLimit {
                    var lines =
                        history.exchanges(of: name).filter { $0.response?.nodeID == owner }.prefix(1).map(
                            history.evidence)
                    lines.append(history.evidence(request))
                    // That a request reached another node is seen, however long it took.
                    let deadline = finding.code == .sessionMoved ? nil : request.missedDeadline
                    judgement.findings.append(
                        Finding(finding.code, finding.message, evidence: lines, deadline: deadline))
                }
                break
            }
        }
        return judgement
    }

    private func violation(
        _ request: Exchange, owner: String, session: String
    ) -> (code: FindingCode, message: String)? {
        let what = "\(request.sent.label) of session \(session), which \(owner) opened"
        switch request.outcome {
        case .response(let response):
            if let node = response.nodeID, node != owner {
                return (.sessionMoved, "\(what), was answered by \(node) with status \(response.status)")
            }
            if response.nodeID == nil {
                return (.requestFailed, "\(what), was answered by the balancer itself with status \(response.status)")
            }
            if response.status != 200, response.status != 204 {
                return (.requestFailed, "\(what), was answered with status \(response.status)")
            }
            return nil
        case .failed(let failed):
            if let elsewhere = request.executions.first(where: { $0.nodeID != owner }) {
                return (.sessionMoved, "\(what), was sent to \(elsewhere.nodeID) and failed: \(failed.detail)")
            }
            return (.requestFailed, "\(what), failed: \(failed.detail)")
        case .pending: return nil
        }
    }
}

extension FindingCode {
    /// A session's request went to another node than the one that opened it, which lived.
    public static let sessionMoved = FindingCode("session-moved", .affinityNone)
}
