import Claims
import History
import Verdicts

/// Connections that ended although their clients had not left, with the silence before the end.
enum SessionCuts {
    static func judge(_ history: HistoryView) -> Judgement {
        var judgement = Judgement(observations: 0)
        for trace in history.ddpTraces {
            judgement.observations += 1
            guard let cut = trace.broken.first, let closedAt = cut.carrier.closedAt, let closed = cut.carrier.closed
            else { continue }
            let before = trace.lastTraffic(before: closedAt, in: history) ?? cut.carrier.openedAt
            let silence = closedAt - before
            let age = closedAt - cut.carrier.openedAt
            var message =
                "session \(trace.session) over \(cut.carrier.opened.transport) was cut \(age.inWords) after it opened "
                + "and \(silence.inWords) after its last message"
            if history.timeScale != 1 {
                message +=
                    " (\((age / history.timeScale).inWords) and \((silence / history.timeScale).inWords) in true time)"
            }
            judgement.findings.append(
                Finding(
                    .sessionCut, message,
                    evidence: [
                        history.evidence(
                            HistoryEvent(
                                time: closedAt, actor: .client(trace.client), kind: .sessionClosed(closed)))
                    ], deadline: closed.cause == .client ? before...max(before, closedAt) : nil))
        }
        return judgement
    }
}

extension DDPTrace {
    /// When the last message or heartbeat of the session went either way before this moment.
    fileprivate func lastTraffic(before end: HistoryTime, in history: HistoryView) -> HistoryTime? {
        history.events.last { event in
            guard event.time < end, event.actor == .client(client) else { return false }
            return switch event.kind {
            case .messageSent(let message), .messageReceived(let message): message.session == session
            case .frameReceived(let frame): frame.session == session
            default: false
            }
        }?.time
    }
}

extension FindingCode {
    /// A quiet session was ended by something between client and node.
    static let sessionCut = FindingCode("session-cut", .idle)
}
