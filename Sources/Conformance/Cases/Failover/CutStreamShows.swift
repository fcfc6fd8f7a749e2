import Claims
import Fleet
import History
import Lab
import SockJS
import Verdicts

extension ConformanceCase {
    /// `failover/cut-stream-shows`
    static let failoverCutStreamShows = ConformanceCase(
        CaseDescription(
            id: "failover/cut-stream-shows", title: "A stream and a poll that a kill cuts do not look complete",
            features: [.killFailover, .responseStreaming, .pollingStickiness],
            proves:
                "When a node dies, its clients notice within 10 s that their stream broke off or their poll failed; an "
                + "answer that is ended as if it were whole would hide what was lost with it (RFC 9112 §8).",
            findings: [.cutUnnoticed, .sessionMoved, .requestFailed, .sessionNotOpened], schedule: .alone(seconds: 1)),
        workload: { stage in
            let opened = await forAll((0..<12).map { $0 }) { number -> SockJSCarrier? in
                let client = stage.client()
                let transports = [ClientTransport.xhrStreaming, .xhrPolling, .eventsource]
                let connector = PollingSessions.connector(transports[number % transports.count])
                let opened = await connector.connect(client, session: client.nextSessionName())
                guard case .success(let carrier) = opened else { return nil }
                return await PollingSessions.exchange(carrier, number: 1) ? carrier as? SockJSCarrier : nil
            }
            let population = Population(carriers: opened.compactMap { $0 })
            guard let victim = population.victim(on: stage) else { return }
            async let watched: [Void] = forAll(population.owned(by: victim)) { carrier in
                // Ends when the client notices, or when our patience does.
                _ = try? await carrier.receive(within: CaseBudget.notice)
            }
            try await stage.pause(.milliseconds(200))
            try await stage.inject(.kill, on: victim)
            _ = await watched
            await population.close()
        },
        judge: { history in Judgement.joining(SoundBeforeFaultChecker().judge(history), judgeCuts(history)) })
}

private func judgeCuts(_ history: HistoryView) -> Judgement {
    guard let kill = history.fault(.kill) else {
        return Judgement(
            observations: 0, doubt: "the sessions that opened were not on two nodes, so there was no victim to choose")
    }
    var judgement = Judgement(observations: 0)
    let sound = history.soundSessions(at: kill.time)
    for trace in history.sessions where trace.opened.nodeID == kill.nodeID && sound.contains(trace.opened.session) {
        judgement.observations += 1
        let session = trace.opened.session
        let cleanEnd = history.events.first { event in
            guard event.time >= kill.time, case .frameReceived(let frame) = event.kind else { return false }
            return frame.session == session && frame.frame == .end
        }
        if let cleanEnd {
            judgement.findings.append(
                Finding(
                    .cutUnnoticed,
                    "the stream of session \(session) was ended as if it were whole after \(kill.nodeID) was killed",
                    evidence: [history.evidence(cleanEnd)]))
        } else if trace.closed == nil || trace.closed?.cause == .client {
            judgement.findings.append(
                Finding(
                    .cutUnnoticed,
                    "session \(session) on \(trace.opened.transport) did not notice within \(CaseBudget.notice.inWords) that "
                        + "\(kill.nodeID) was killed",
                    evidence: (history.exchanges(of: session).last).map { [history.evidence($0)] }
                        ?? [],
                    deadline: kill.time...(kill.time + CaseBudget.notice)))
        }
    }
    return judgement
}

extension FindingCode {
    /// A client did not notice that its node had died, or was told that the answer was whole.
    static let cutUnnoticed = FindingCode("cut-unnoticed", .failover, isCertain: true)
}
