import Claims
package import History

/// Every call has one outcome, calls come back in order, and nobody but the client makes a method run again.
///
/// A client that lost its connection sends unanswered calls again, so a method may run as often as it was sent; more
/// often than that somebody on the way repeated it.
package struct MethodChecker: HistoryChecker {
    /// How long a call may take, once it was sent for the last time.
    package var patience: Duration

    /// A checker that waits so long for an outcome.
    package init(patience: Duration = .seconds(5)) { self.patience = patience }

    /// Judges every call whose executions can be followed; each is an observation, unless its client left too early to
    /// see the outcome.
    package func judge(_ history: HistoryView) -> Judgement {
        let traces = history.ddpTraces
        var judgement = Judgement.joining(traces.map { judge($0, history) })
        let resent = traces.flatMap(\.calls).count { $0.executions.count > 1 && $0.executions.count <= $0.sends.count }
        if resent > 0 {
            judgement.notes.append("\(resent) methods ran again because their clients sent them again, as Meteor's do")
        }
        return judgement
    }

    private func judge(_ trace: DDPTrace, _ history: HistoryView) -> Judgement {
        var judgement = Judgement(observations: 0)
        for call in trace.calls where call.key != nil {
            if call.isComplete || waited(for: call, trace) { judgement.observations += 1 }
            if let finding = replay(of: call, trace, history) ?? duplicate(of: call, trace, history) {
                judgement.findings.append(finding)
            } else if let finding = loss(of: call, trace, history) {
                judgement.findings.append(finding)
            }
        }
        for connection in trace.connections {
            if let finding = disorder(on: connection, trace, history) { judgement.findings.append(finding) }
        }
        return judgement
    }

    private func replay(of call: DDPTrace.Call, _ trace: DDPTrace, _ history: HistoryView) -> Finding? {
        var fold = ExecutionFold()
        for _ in call.sends { fold.send() }
        for _ in call.executions { fold.execute() }
        return fold.violation.map { violation in
            Finding(
                violation.code, violation.sentence(call: call.id, session: trace.session),
                evidence: lines(of: call, trace, history))
        }
    }

    private func duplicate(of call: DDPTrace.Call, _ trace: DDPTrace, _ history: HistoryView) -> Finding? {
        for connection in trace.connections {
            let sent = call.sends.count { $0.epoch == connection.epoch }
            let came = max(
                call.results.count { $0.epoch == connection.epoch },
                call.updates.count { $0.epoch == connection.epoch })
            guard sent > 0, came > sent else { continue }
            return Finding(
                .messageDuplicated,
                "the outcome of call \(call.id) of session \(trace.session) came \(came) times on one connection",
                evidence: lines(of: call, trace, history))
        }
        return nil
    }

    /// A call whose last connection lived on; where it did not, that is what is to be reported.
    private func loss(of call: DDPTrace.Call, _ trace: DDPTrace, _ history: HistoryView) -> Finding? {
        guard !call.isComplete, waited(for: call, trace), let last = call.sends.last else { return nil }
        let missing = call.results.isEmpty ? "result" : "updated"
        return Finding(
            .methodLost, "call \(call.id) of session \(trace.session) never got its \(missing)",
            evidence: lines(of: call, trace, history), deadline: last.time...(last.time + patience))
    }

    /// Whether the client stayed on the connection long enough.
    private func waited(for call: DDPTrace.Call, _ trace: DDPTrace) -> Bool {
        guard let last = call.sends.last, let stopped = trace.stoppedAt else { return false }
        return trace.isWhole(last.epoch) && stopped >= last.time + patience
    }

    private func disorder(
        on connection: DDPTrace.Connection, _ trace: DDPTrace, _ history: HistoryView
    ) -> Finding? {
        // By the order of sending; the results must then come in the order of time.
        let calls = trace.calls.filter { $0.key != nil }
            .compactMap { call -> (sent: HistoryTime, came: HistoryTime, call: DDPTrace.Call)? in
                guard let sent = call.sends.first(where: { $0.epoch == connection.epoch }),
                    let came = call.results.first(where: { $0.epoch == connection.epoch })
                else { return nil }
                return (sent.time, came.time, call)
            }.sorted { $0.sent < $1.sent }
        for (before, after) in zip(calls, calls.dropFirst()) where before.sent < after.sent && after.came < before.came
        {
            return Finding(
                .messageReordered,
                "the result of call \(after.call.id) of session \(trace.session) came before that of call "
                    + "\(before.call.id), which was sent earlier",
                evidence: lines(of: before.call, trace, history) + lines(of: after.call, trace, history))
        }
        return nil
    }

    private func lines(of call: DDPTrace.Call, _ trace: DDPTrace, _ history: HistoryView) -> [Evidence] {
        let name = "call \(call.id) of \(trace.session)"
        let sends = call.sends.map {
            ($0.time, history.evidence(at: $0.time, "\(name) is sent (connection \($0.epoch))"))
        }
        let runs = call.executions.map {
            ($0.time, history.evidence(at: $0.time, "\(name) is executed by \($0.nodeID)"))
        }
        let results = call.results.map { ($0.time, history.evidence(at: $0.time, "\(name) has its result")) }
        return (sends + runs + results).sorted { $0.0 < $1.0 }.prefix(8).map(\.1)
    }
}

extension FindingCode {
    /// A DDP method was never executed, or its result never came.
    public static let methodLost = FindingCode("method-lost", .failover)
    /// A DDP method was executed twice.
    public static let methodReplayed = FindingCode("method-replayed", .replay, isCertain: true)
}
