import Claims
import History
import Lab
import SockJS
import Verdicts

extension ConformanceCase {
    /// `idle/one-way`
    ///
    /// Heartbeats of SockJS are frames that no client answers, and some clients send pongs that nobody asked for: where
    /// each side of a tunnel has a limit of its own, one of them is silent all the time.
    static let idleOneWay = ConformanceCase(
        CaseDescription(
            id: "idle/one-way", title: "A WebSocket lives by the heartbeats of one side",
            features: [.idleTolerance, .websocketUpgrade],
            proves:
                "A WebSocket lives on for 70 s, in true time, on which only the node says something, every 25 s as "
                + "SockJS's heartbeats, and one on which only the client does, with pongs (RFC 6455 §5.5.3).",
            findings: [.upgradeNotForwarded, .clientSilenceCut, .nodeSilenceCut],
            schedule: .shared(seconds: 3.5, in: .scaled), awaits: "70 s of heartbeats one way"),
        workload: { stage in
            let scale = stage.facts.timeScale
            _ = await forAll([QuietTunnel.Talk.node, .client]) { talk in
                await QuietTunnel.run(talk, for: stretch * scale, pace: heartbeatDelay * scale, stage)
            }
        },
        judge: { history in
            Judgement.joining(
                QuietTunnel.judge(
                    .node, .clientSilenceCut,
                    "a WebSocket on which the client was silent, while the node sent heartbeats,",
                    in: history),
                QuietTunnel.judge(
                    .client, .nodeSilenceCut,
                    "a WebSocket on which the node was silent, while the client sent heartbeats,",
                    in: history))
        })
}

private let stretch = Duration.seconds(70)

/// SockJS's own.
private let heartbeatDelay = ServerTiming.sockJS.heartbeatDelay

extension FindingCode {
    /// A tunnel was ended since its client sent nothing, though the node did.
    static let clientSilenceCut = FindingCode("client-silence-cut", .idle)
    /// A tunnel was ended since its node sent nothing, though the client did.
    static let nodeSilenceCut = FindingCode("node-silence-cut", .idle)
}
