import Clocks
import Claims
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `failover/flapping-node`
    static let failoverFlappingNode = ConformanceCase(
        CaseDescription(
            id: "failover/flapping-node", title: "A node that comes and goes disturbs nobody else",
            features: [.bystanderIsolation, .killFailover],
            proves:
                "While a node is killed and returns three times within some seconds, sessions on the other nodes, on "
                + "polling and on WebSocket, lose no message, and each of its own clients is served after each kill.",
            findings: [.flappingDisturbs, .flappingUnserved, .sessionMoved, .requestFailed, .sessionNotOpened],
            schedule: .alone(seconds: 6),
            awaits: "three short outages"),
        workload: { stage in
            let population = await Population.open(polling: 6, webSockets: 9, on: stage)
            guard let victim = population.victim(on: stage) else { return }
            async let watched: [Void] = forAll(population.notOwned(by: victim)) { carrier in
                for number in 2...watchRounds {
                    guard await Population.exchange(carrier, number: number) else { return }
                    // The pace of the watch; a session that lives through it was undisturbed all the time.
                    guard (try? await carrier.client.pause(.milliseconds(300))) != nil else { return }
                }
                await carrier.close()
            }
            let owned = population.owned(by: victim).map(\.client)
            let limit = FaultLimit(.killed, claims: stage.facts.faultClaims).duration
            for outage in 1...outages {
                try await stage.inject(.kill, on: victim)
                let deadline = MonotonicClock.now + limit
                async let served: [Void] = forAll(owned) { client in
                    await Retries.run(by: client, label: label(outage), until: deadline) { $0.nodeID != nil }
                }
                try await stage.pause(away)
                try await stage.heal(.kill, on: victim)
                _ = await served
                try await stage.pause(back)
            }
            _ = await watched
        },
        judge: { history in
            Judgement.joining(
                SoundBeforeFaultChecker().judge(history), judgeBystanders(history, as: .flappingDisturbs),
                judgeServed(history))
        })
}

private let outages = 3
/// Long enough for checks that come four times a second to see the node go and come.
private let away = Duration.milliseconds(900)
private let back = Duration.milliseconds(700)
/// Until the last return is over.
private let watchRounds = 18

private func label(_ outage: Int) -> RequestLabel { RequestLabel("outage-\(outage)") }

private func judgeServed(_ history: HistoryView) -> Judgement {
    Judgement.joining(
        (1...outages).map { outage in
            history.served(label(outage), as: .flappingUnserved, "after kill \(outage) of \(outages) of its node")
        })
}

extension FindingCode {
    /// A session on a healthy node suffered from one that comes and goes.
    static let flappingDisturbs = FindingCode("flapping-disturbs", .bystander)
    /// A client of a node that comes and goes was not served.
    static let flappingUnserved = FindingCode("flapping-unserved", .failover)
}
