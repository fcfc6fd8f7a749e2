import Claims
import Clocks
import Fleet
import History
import Lab
import Verdicts

extension ConformanceCase {
    /// `reload/nothing-lost`
    static let reloadNothingLost = ConformanceCase(
        CaseDescription(
            id: "reload/nothing-lost", title: "No request is lost by a reload of the configuration",
            features: [.pollingStickiness],
            proves:
                "While the balancer reads its configuration anew, five times in a row, requests on new connections and "
                + "on kept ones are answered, and polls that wait for a message bring it.",
            findings: [.reloadLosesRequests], schedule: .alone(seconds: 3), verbs: [.reload]),
        workload: { stage in
            let waiting = await PollingSessions.open(12, on: stage)
            async let polled: [Void] = forAll(waiting) { carrier in
                async let message: Void = receive(carrier)
                // After the reloads; a poll waits for it meanwhile.
                if (try? await stage.pause(reloadGap * (reloadCount + 1))) != nil {
                    do throws(CarrierError) {
                        try await carrier.send(NumberedPayload.text(1, "after the reloads"))
                    } catch {
                        // Recorded as the failed request.
                    }
                }
                await message
                await carrier.close()
            }
            let deadline = MonotonicClock.now + reloadGap * (reloadCount + 1)
            async let asked: [Void] = forAll((0..<askerCount).map { ($0, stage.client("asker")) }) { number, client in
                let connection = number.isMultiple(of: 2) ? ConnectionUse.fresh : .kept
                while MonotonicClock.now < deadline {
                    await client.request("GET", "/whoami", RequestPlan(label: asking, connection: connection))
                    // The pace of the questions.
                    guard (try? await client.pause(.milliseconds(20))) != nil else { return }
                }
                await client.keptConnection.close()
            }
            for _ in 0..<reloadCount {
                try await stage.pause(reloadGap)
                try await stage.perform(.reload)
            }
            _ = await (asked, polled)
        },
        judge: judgeRequests)
}

private let askerCount = 8
private let reloadCount = 5
private let reloadGap = Duration.milliseconds(300)
private let asking = RequestLabel("asked-meanwhile")

private func receive(_ carrier: SockJSCarrier) async {
    do throws(CarrierError) {
        _ = try await carrier.receive(within: CaseBudget.slowAnswer)
    } catch {
        // Recorded as the failed request or the closed session.
    }
}

private func judgeRequests(_ history: HistoryView) -> Judgement {
    let reloads = history.operations(.reload)
    guard let first = reloads.first?.begun, let last = reloads.last?.done else { return Judgement(observations: 0) }
    let under = history.exchanges.filter { exchange in
        exchange.sentAt <= last + .milliseconds(200) && (exchange.endedAt.map { $0 >= first } ?? true)
    }
    var judgement = Judgement(observations: under.count)
    for exchange in under {
        if let response = exchange.response, response.status < 400, response.nodeID != nil { continue }
        // The history ends before it did.
        if exchange.endedAt == nil { continue }
        judgement.findings.append(
            Finding(
                .reloadLosesRequests, "a request was lost while the configuration was read anew",
                evidence: [history.evidence(exchange)], deadline: exchange.missedDeadline))
    }
    judgement.findings = Array(judgement.findings.prefix(StickinessChecker.findingLimit))
    return judgement
}

extension FindingCode {
    /// A request was lost by a reload.
    static let reloadLosesRequests = FindingCode("reload-loses-requests", .reload)
}
