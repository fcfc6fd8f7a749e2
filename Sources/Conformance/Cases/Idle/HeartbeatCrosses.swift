import Claims
import Fleet
import History
import Lab
import SockJS
import Verdicts

extension ConformanceCase {
    /// `idle/heartbeat-crosses`
    static let idleHeartbeatCrosses = ConformanceCase(
        CaseDescription(
            id: "idle/heartbeat-crosses", title: "An idle session lives from one heartbeat to the next",
            features: [.idleTolerance, .pollingStickiness],
            proves:
                "Sessions on which nothing is said but the server's heartbeat, every 25 s in true time, are alive after "
                + "one of them on a WebSocket, a stream and a poll, and each heartbeat over HTTP arrives.",
            findings: [.sessionNotOpened, .heartbeatMissing], schedule: .shared(seconds: 2, in: .scaled),
            awaits: "SockJS's heartbeats"),
        workload: { stage in
            let idle = heartbeatDelay * stage.facts.timeScale
            _ = await forAll([ClientTransport.websocket, .xhrStreaming, .eventsource, .htmlfile, .xhrPolling]) {
                transport in
                let client = stage.client()
                var connector = PollingSessions.connector(transport, service: "/idle")
                // As a browser: a poll that we gave up would end the session.
                connector.pace = .continuous
                let opened = await connector.connect(client, session: client.nextSessionName())
                guard case .success(let carrier) = opened else { return }
                do throws(CarrierError) {
                    do throws(CarrierError) {
                        _ = try await carrier.receive(within: idle * 1.8)
                    } catch .timedOut {
                        // Nothing came but heartbeats, as it should be.
                    }
                    try await carrier.send(NumberedPayload.text(1, "still here"))
                    _ = try await carrier.receive(within: CaseBudget.answer)
                } catch {
                    // The checker sees the end of the session.
                }
                await carrier.close()
            }
        },
        judge: judgeHeartbeats)
}

/// SockJS's own.
private let heartbeatDelay = ServerTiming.sockJS.heartbeatDelay

private func judgeHeartbeats(_ history: HistoryView) -> Judgement {
    var judgement = AttemptChecker().judge(history)
    judgement.observations = 0
    var heartbeats: [String: Int] = [:]
    var echoed: Set<String> = []
    for event in history.events {
        switch event.kind {
        case .frameReceived(let frame) where frame.frame == .heartbeat: heartbeats[frame.session, default: 0] += 1
        case .messageReceived(let message) where message.number == 1: echoed.insert(message.session)
        default: break
        }
    }
    for trace in history.sessions {
        let session = trace.opened.session
        judgement.observations += 1
        let isAlive = echoed.contains(session)
        // On a WebSocket the heartbeat is a ping, which our codec answers by itself.
        let beats = trace.opened.transport == .websocket ? 1 : heartbeats[session] ?? 0
        if isAlive, beats > 0 { continue }
        let last = trace.closedAt ?? history.events.last?.time ?? trace.openedAt
        let end = trace.closedAt.map { "it ended after \(($0 - trace.openedAt).inWords)" }
        judgement.findings.append(
            Finding(
                .heartbeatMissing,
                isAlive
                    ? "no heartbeat reached the idle session \(session) on \(trace.opened.transport)"
                    : "the idle session \(session) on \(trace.opened.transport) did not live from one heartbeat to the next: "
                        + (end ?? "its message never came back"),
                evidence: (history.exchanges(of: session).last).map { [history.evidence($0)] } ?? [],
                deadline: trace.openedAt...max(trace.openedAt, last)))
    }
    return judgement
}

extension FindingCode {
    /// A heartbeat did not cross.
    static let heartbeatMissing = FindingCode("heartbeat-missing", .idle)
}
