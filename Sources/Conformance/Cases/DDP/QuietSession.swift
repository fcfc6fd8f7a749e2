import Claims
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
            findings: [.sessionCut, .ddpNotConnected, .messageAltered, .methodLost],
            schedule: .shared(seconds: 3, in: .scaled),
            awaits: "Meteor's silences"),
        workload: { stage in
            let scale = stage.facts.timeScale
            var configuration = ClientSession.Configuration()
            configuration.heartbeat = .meteorClient.every(scale)
            let patient = configuration
            _ = await forAll(MeteorPopulation.Way.allCases) { way in
                let user = MeteorUser(stage.client("m"), configuration: patient, route: way.route("/quiet"))
                if await MeteorPopulation.start(user) {
                    // Over early only when the connection ends and another one takes its place.
                    if await !user.wait(within: quiet * scale, until: { $0.connects > 1 }) {
                        // Heartbeats are counted from the connection on: one that was not quiet in time has its first
                        // silence cut short, and the next whole one ends 120 s after the beginning at the latest.
                        _ = await user.wait(within: min(quiet * 4 * scale, longestExtension)) {
                            $0.connects > 1 || $0.longestSilence >= wholeSilence * scale
                        }
                    }
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

/// What counts as one of them for the workload, and a little less for the judge, whose messages bear other times.
private let wholeSilence = Duration.seconds(27)
private let leastSilence = Duration.seconds(25)

/// In true time the case must end before its limit.
private let longestExtension = Duration.seconds(42)

private func judgeQuiet(_ history: HistoryView) -> Judgement {
    var judgement =
        Judgement.joining(ConversationChecker(lastEpoch: 1).judge(history), SessionCuts.judge(history))
    let methods = MethodChecker().judge(history)
    judgement.findings += methods.findings.filter { $0.code == .methodLost }
    let silences = history.ddpTraces.map { (trace: $0, longest: longestSilence(of: $0, in: history)) }
    if let least = silences.min(by: { $0.longest < $1.longest }), least.longest < leastSilence * history.timeScale {
        judgement.doubt =
            judgement.doubt
            ?? "session \(least.trace.session) was silent for \((least.longest / history.timeScale).inWords) at most, "
            + "which does not show what \(leastSilence.inWords) of silence do"
    }
    return judgement
}

/// The longest time between two messages of a session, either way.
private func longestSilence(of trace: DDPTrace, in history: HistoryView) -> Duration {
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
