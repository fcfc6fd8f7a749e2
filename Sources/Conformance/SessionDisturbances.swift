import Claims
import History
import Verdicts

extension HistoryView {
    /// What went wrong in these sessions: a request that reached another node or failed, a message that was lost, an end that
    /// was not the client's doing.
    func disturbances(of names: Set<String>) -> [Finding] {
        let ends = sessions.compactMap { trace -> Finding? in
            guard names.contains(trace.opened.session), let closed = trace.closed, let closedAt = trace.closedAt,
                closed.cause != .client
            else { return nil }
            return Finding(
                .sessionDisturbed, "it closed with \(closed.code) \(closed.reason.debugDescription)",
                evidence: [
                    evidence(HistoryEvent(time: closedAt, actor: .client(trace.client), kind: .sessionClosed(closed)))
                ])
        }
        return StickinessChecker(sessions: names).judge(self).findings
            + EchoChecker().judge(filter { names.contains($0.messageSession ?? "") }).findings + ends
    }

    /// The same as findings of one kind.
    ///
    /// - Parameter what: what suffered from what, before a colon.
    func disturbances(of names: Set<String>, as code: FindingCode, _ what: String) -> [Finding] {
        disturbances(of: names).prefix(StickinessChecker.findingLimit).map { problem in
            Finding(code, "\(what): \(problem.message)", evidence: problem.evidence, deadline: problem.deadline)
        }
    }

    /// The first request of each of these sessions that went astray: to another node, or to no good end.
    func strayRequests(of names: Set<String>) -> [Exchange] {
        sessions.filter { $0.opened.epoch == 1 && names.contains($0.opened.session) }.compactMap { trace in
            exchanges(of: trace.opened.session).first { request in
                guard [.poll, .send].contains(request.sent.label), request.endedAt != nil else { return false }
                return request.response?.nodeID != trace.opened.nodeID || request.response?.status ?? 500 >= 400
            }
        }
    }

    /// How many nodes there were in all.
    var nodeCount: Int {
        Set(
            events.compactMap { event -> String? in
                if case .node(let id) = event.actor, case .nodeStarted = event.kind { id } else { nil }
            }
        ).count
    }

    /// Sessions that were sound at this moment, with their first openings.
    func soundTraces(at time: HistoryTime) -> [SessionTrace] {
        let sound = soundSessions(at: time)
        return sessions.filter { $0.opened.epoch == 1 && sound.contains($0.opened.session) }
    }
}

extension HistoryEvent {
    /// The session of a message, or of the end of a session.
    fileprivate var messageSession: String? {
        switch kind {
        case .messageSent(let message), .messageReceived(let message): message.session
        case .sessionClosed(let closed): closed.session
        default: nil
        }
    }
}

extension FindingCode {
    /// A session ended by itself; each case gives it a name of its own.
    fileprivate static let sessionDisturbed = FindingCode("session-disturbed", .unexplained)
}
