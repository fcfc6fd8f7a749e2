import DDP
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `ddp/quiet-session`
    static let ddpQuietSession = ConformanceCase(
        CaseDescription(
            id: "ddp/quiet-session", title: "A quiet session lives through Meteor's longest silence",
            features: [.idleTolerance, .pollingStickiness],
            proves:
                "Over a SockJS WebSocket, over xhr-polling and over a raw WebSocket a session on which only Meteor's "
                + "heartbeats speak, with silences of 30 s in true time, is alive after two of them.",
            findings: [.sessionCut, .ddpNotConnected, .messageAltered, .methodLost], usesScaledTime: true,
            awaits: "Meteor's silences"),
        workload: { stage in
            let scale = stage.bench.site.timeScale
            var configuration = ClientSession.Configuration()
            configuration.heartbeat = .meteorClient.every(scale)
            let patient = configuration
            _ = await forAll(MeteorPopulation.Way.allCases) { way in
                let user = MeteorUser(stage.client("m"), configuration: patient, route: way.route("/quiet"))
                let begun = ContinuousClock.now
                if await MeteorPopulation.start(user) {
                    let isLate = ContinuousClock.now - begun > quickStart * scale
                    // Over early only when the connection ends and another one takes its place.
                    _ = await user.wait(within: (isLate ? quietAfterLateStart : quiet) * scale) { $0.connects > 1 }
                    let call = await user.increment()
                    _ = await user.wait(within: .seconds(6)) { $0.completed[call] != nil }
                }
                await user.stop()
            }
        },
        judge: judgeQuiet)
}

/// Two of the longest silences, and something over.
private let quiet = Duration.seconds(66)

/// Heartbeats are counted from the connection on. One that takes longer than this to be quiet cuts its first silence
/// short, and the next whole one ends 105 s after the beginning.
private let quickStart = Duration.seconds(4)
private let quietAfterLateStart = Duration.seconds(108)

private func judgeQuiet(_ history: RunHistory) -> Judgement {
    var judgement =
        ConversationChecker(lastEpoch: 1).judge(history) + SessionCuts.judge(history)
    let methods = MethodChecker().judge(history)
    judgement.findings += methods.findings.filter { $0.code == .methodLost }
    let silences = history.ddpTraces.map { longestSilence(of: $0, in: history) }
    if let least = silences.min(), least < quiet / 66 * 25 * history.timeScale {
        judgement.doubt = judgement.doubt ?? "a session was never silent for long, so it did not show what silence does"
    }
    return judgement
}

/// The longest time between two messages of a session, either way.
private func longestSilence(of trace: DDPTrace, in history: RunHistory) -> Duration {
    var times: [HistoryTime] = []
    for event in history.events where event.actor == .client(trace.client) {
        switch event.kind {
        case .messageSent(let message), .messageReceived(let message):
            if message.session == trace.session { times.append(event.time) }
        default: break
        }
    }
    return zip(times.dropFirst(), times).map { $0 - $1 }.max() ?? .zero
}
