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
        // A record is bounded by itself.
        var names = NameTable(limit: .max)
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
            var fold = StickinessFold()
            fold.open(on: names.number(of: owner), at: trace.openedAt)
            for request in requests {
                judgement.observations += 1
                guard let violation = violation(of: request, owner: owner, &fold, &names) else { continue }
                if judgement.findings.count < Self.findingLimit {
                    var lines =
                        history.exchanges(of: name).filter { $0.response?.nodeID == owner }.prefix(1).map(
                            history.evidence)
                    lines.append(history.evidence(request))
                    judgement.findings.append(
                        Finding(
                            violation.code,
                            violation.sentence(session: name, names: names, failure: request.failure?.detail),
                            evidence: lines,
                            // That a request reached another node is seen, however long it took.
                            deadline: violation.wrong.isMove ? nil : request.missedDeadline))
                }
                break
            }
        }
        return judgement
    }

    private func violation(
        of request: Exchange, owner: String, _ fold: inout StickinessFold, _ names: inout NameTable
    ) -> StickinessViolation? {
        let end: RequestEnd
        switch request.outcome {
        case .response(let response):
            end = .answered(status: response.status, by: response.nodeID.map { names.number(of: $0) })
        case .failed:
            let elsewhere = request.executions.first { $0.nodeID != owner }?.nodeID
            end = .failed(elsewhere: elsewhere.map { names.number(of: $0) })
        case .pending: return nil
        }
        // Cases choose sessions and stretches in which the owner is there.
        let receipt = fold.end(
            end, of: names.number(of: request.sent.label.rawValue),
            during: ClosedRange(between: request.sentAt, and: request.endedAt ?? request.sentAt), outages: NodeOutages()
        )
        if case .wrong(let violation) = receipt { return violation }
        return nil
    }
}
