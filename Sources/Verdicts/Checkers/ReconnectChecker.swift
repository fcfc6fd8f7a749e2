import Clocks
import Claims
package import History

/// After a fault of a node its Meteor users are back on another one, by the attempt at which Meteor's rule allows it.
///
/// Meteor's client tries at once, a second time 10 ms later, a third time 3.6 to 6.1 s after that, then ever later.
package struct ReconnectChecker: HistoryChecker {
    /// The fault.
    package var fault: FaultKind
    /// How long after the fault a user must be back.
    package var budget: Duration
    /// The attempt that must succeed at the latest; nil for any within the budget.
    package var lastAttempt: Int?
    /// Code for a user who is not back.
    package var missing: FindingCode

    /// A checker of what follows this fault.
    package init(
        fault: FaultKind, budget: Duration, lastAttempt: Int? = nil, missing: FindingCode = .sessionNotMoved
    ) {
        self.fault = fault
        self.budget = budget
        self.lastAttempt = lastAttempt
        self.missing = missing
    }

    /// Judges the users that the node served when the fault came.
    package func judge(_ history: HistoryView) -> Judgement {
        guard let fault = history.fault(fault) else {
            return Judgement(
                observations: 0, doubt: "the users were not on two nodes, so there was no victim to choose")
        }
        var judgement = Judgement(observations: 0)
        var delays: [Duration] = []
        var classes = (atOnce: 0, third: 0, later: 0)
        for trace in history.ddpTraces {
            guard let victim = trace.connection(at: fault.time), victim.carrier.opened.nodeID == fault.nodeID else {
                continue
            }
            judgement.observations += 1
            guard let back = trace.back(after: victim, by: fault.time + budget) else {
                judgement.findings.append(lost(trace, fault, history))
                continue
            }
            let attempt = back.epoch - victim.epoch
            switch attempt {
            case ...2: classes.atOnce += 1
            case 3: classes.third += 1
            default: classes.later += 1
            }
            delays.append((back.connectedAt ?? back.carrier.openedAt) - (victim.carrier.closedAt ?? fault.time))
            guard let lastAttempt, attempt > lastAttempt else { continue }
            judgement.findings.append(
                Finding(
                    .reconnectedLate,
                    "session \(trace.session) was back on another node at attempt \(attempt) only, expected by attempt "
                        + "\(lastAttempt)",
                    evidence: attempts(of: trace, from: fault.time, history),
                    deadline: fault.time...max(fault.time, back.connectedAt ?? back.carrier.openedAt)))
        }
        judgement.notes = notes(delays, classes)
        return judgement
    }

    private func lost(
        _ trace: DDPTrace, _ fault: (time: HistoryTime, nodeID: String), _ history: HistoryView
    ) -> Finding {
        Finding(
            missing,
            "session \(trace.session) of \(fault.nodeID) was not back on another node \(budget.inWords) after the \(self.fault)",
            evidence: attempts(of: trace, from: fault.time, history),
            deadline: fault.time...(fault.time + budget))
    }

    private func attempts(
        of trace: DDPTrace, from time: HistoryTime, _ history: HistoryView
    ) -> [Evidence] {
        history.exchanges(of: trace.session).filter { $0.sentAt >= time }.suffix(4).map(history.evidence)
    }

    private func notes(_ delays: [Duration], _ classes: (atOnce: Int, third: Int, later: Int)) -> [String] {
        let sorted = delays.sorted()
        guard let longest = sorted.last else { return [] }
        func milliseconds(_ duration: Duration) -> String { "\(duration.wholeNanoseconds / 1_000_000) ms" }
        return [
            "back at once \(classes.atOnce), at the third attempt \(classes.third), later \(classes.later)",
            "median \(milliseconds(sorted[sorted.count / 2])) and longest \(milliseconds(longest)) after the end of the "
                + "connection",
        ]
    }
}

extension DDPTrace {
    /// The connection that served at this moment, if the session was sound: connected, with a call that came back.
    func connection(at time: HistoryTime) -> Connection? {
        guard let one = connections.last(where: { $0.connectedAt.map { $0 < time } ?? false }),
            one.carrier.closedAt.map({ $0 >= time }) ?? true,
            calls.contains(where: { call in call.results.contains { $0.epoch == one.epoch && $0.time <= time } })
        else { return nil }
        return one
    }

    /// The first later connection on another boot that got its `connected` by this time.
    func back(after former: Connection, by time: HistoryTime) -> Connection? {
        connections.first {
            $0.epoch > former.epoch && $0.carrier.opened.bootID != former.carrier.opened.bootID
                && ($0.connectedAt.map { $0 <= time } ?? false)
        }
    }
}

extension FindingCode {
    /// A session of a node that died did not get to another one in time.
    public static let sessionNotMoved = FindingCode("session-not-moved", .failover)
    /// Clients were not served again in time after a fault had passed.
    public static let notRecovered = FindingCode("not-recovered", .failover)
    /// A client was back later than its attempts would have let it be.
    public static let reconnectedLate = FindingCode("reconnected-late", .failover)
}
