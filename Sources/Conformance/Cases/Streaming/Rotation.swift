import Claims
import Fleet
import History
import Lab
import SockJS
import Verdicts

extension ConformanceCase {
    /// `streaming/rotation`
    static let streamingRotation = ConformanceCase(
        CaseDescription(
            id: "streaming/rotation", title: "A stream that reached its limit ends clean and the next goes on",
            features: [.responseStreaming, .pollingStickiness],
            proves: "The node ends a stream after 4096 bytes of frames; the client sees the whole answer and its clean "
                + "end, asks again, and no message is lost.",
            findings: [.sessionNotOpened, .streamTruncated, .messageLost], hasControl: true),
        workload: { stage in
            _ = await forAll([ClientTransport.xhrStreaming, .eventsource, .htmlfile]) { transport in
                let client = stage.client()
                let connector = PollingSessions.connector(transport)
                let opened = await connector.connect(client, session: client.nextSessionName())
                guard case .success(let carrier) = opened else { return }
                do throws(CarrierError) {
                    for number in 1...messages {
                        try await carrier.send(NumberedPayload.text(number, filling))
                        _ = try await carrier.receive(within: CaseBudget.answer)
                    }
                } catch {
                    // The checker sees what did not come.
                }
                await carrier.close()
            }
        },
        judge: judgeRotation)
}

/// Two of these are over the limit, so that there are three full streams.
private let filling = String(repeating: "0123456789abcdef", count: 140)
private let messages = 6

private func judgeRotation(_ history: HistoryView) -> Judgement {
    var judgement = AttemptChecker().judge(history)
    let echoes = EchoChecker().judge(history)
    judgement.findings += echoes.findings.filter { $0.code == .messageLost }
    var ends: [String: Int] = [:]
    for event in history.events {
        switch (event.actor, event.kind) {
        case (.client, .frameReceived(let frame)) where frame.frame == .end:
            ends[frame.session, default: 0] += 1
            judgement.observations += 1
        case (.client, .sessionClosed(let closed)) where closed.cause != .client:
            judgement.findings.append(
                Finding(
                    .streamTruncated,
                    "a stream of session \(closed.session) broke off after \(ends[closed.session] ?? 0) whole ones",
                    evidence: [history.evidence(event)]))
        default: break
        }
    }
    for trace in history.sessions where ends[trace.opened.session] == nil {
        judgement.doubt = judgement.doubt ?? "no stream of session \(trace.opened.session) came to its limit"
    }
    return judgement
}

extension FindingCode {
    /// A streamed answer ended before its last piece.
    static let streamTruncated = FindingCode("stream-truncated", .rewriting)
}
