import Claims
import Fleet
import History
import Lab
import SockJS
import Verdicts

extension ConformanceCase {
    /// `streaming/frames-at-once`
    static let streamingFramesAtOnce = ConformanceCase(
        CaseDescription(
            id: "streaming/frames-at-once", title: "Each frame of a stream is delivered at once",
            features: [.responseStreaming, .pollingStickiness],
            proves:
                "Over xhr-streaming, eventsource and htmlfile the first frame and three frames a while apart arrive, "
                + "each within 3 s, while the answer goes on.",
            findings: [.streamHeldBack], hasControl: true),
        workload: { stage in await streamSpacedFrames(stage, acceptsGzip: false) },
        judge: judgeSpacedFrames)

    /// `streaming/frames-at-once-gzip`
    static let streamingFramesAtOnceGzip = ConformanceCase(
        CaseDescription(
            id: "streaming/frames-at-once-gzip", title: "Each frame is delivered at once to clients that accept gzip",
            features: [.responseStreaming, .pollingStickiness],
            proves: "The same holds for clients that accept gzip, as every browser does: whoever compresses a stream "
                + "flushes after each frame.",
            findings: [.streamHeldBack], hasControl: true),
        workload: { stage in await streamSpacedFrames(stage, acceptsGzip: true) },
        judge: judgeSpacedFrames)
}

/// One more than nodes: three in step with each other get to the right ones of three by turns, without any affinity.
private let streams: [ClientTransport] = [.xhrStreaming, .eventsource, .htmlfile, .xhrStreaming]

private func streamSpacedFrames(_ stage: CaseStage, acceptsGzip: Bool) async {
    _ = await forAll(streams) { transport in
        let client = stage.client()
        client.profile = ClientProfile(acceptsGzip: acceptsGzip)
        let connector = PollingSessions.connector(transport, openLimit: CaseBudget.frame)
        guard case .success(let carrier) = await connector.connect(client, session: client.nextSessionName()) else {
            return
        }
        do throws(CarrierError) {
            for number in 1...3 {
                try await carrier.send(NumberedPayload.text(number, "frame by itself"))
                _ = try await carrier.receive(within: CaseBudget.frame)
                // The while between the frames; a buffer that waits for more must not be filled up.
                guard (try? await client.pause(.milliseconds(100))) != nil else { break }
            }
        } catch {
            // The checker sees what did not come.
        }
        await carrier.close()
    }
}

private func judgeSpacedFrames(_ history: HistoryView) -> Judgement {
    var judgement = Judgement.joining(AttemptChecker().judge(history), EchoChecker().judge(history))
    judgement.findings = judgement.findings.filter { $0.code == .sessionNotOpened || $0.code == .messageLost }.map {
        Finding(
            .streamHeldBack, "a frame did not arrive while its answer went on: \($0.message)", evidence: $0.evidence,
            deadline: $0.deadline)
    }
    return judgement
}

extension FindingCode {
    /// A piece of a streamed answer was held back.
    static let streamHeldBack = FindingCode("stream-held-back", .buffering)
}
