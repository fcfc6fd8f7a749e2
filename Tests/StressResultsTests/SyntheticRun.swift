import Statistics
import TestSupport

@testable import StressResults

/// A run that nobody made: what each client does follows from its number, so that any shard of it can be told.
struct SyntheticRun {
    static let clients = 1_003
    static let seconds = 4

    var scenario = "clients \(SyntheticRun.clients), seed 1"
    var thresholds: [Threshold] = []

    /// What those of this shard come to.
    func report(_ text: String = "1/1") throws -> StressReport {
        let shard = try Shard(text)
        var result = StressResult(
            nothingOf: scenario, clients: Self.clients, shard: shard,
            target: StressResult.Target(name: "nginx", version: "1.22", config: "default", nodes: ["n1", "n2"]),
            startedAt: "2026-11-30T00:00:00Z")
        result.seconds = Double(Self.seconds)
        var seconds = Array(repeating: (second: Self.nothing, times: HdrHistogram(.latency)), count: Self.seconds)
        for client in shard.clients(of: Self.clients) { add(client, to: &result, &seconds) }
        for (index, (told, times)) in seconds.enumerated() {
            var second = told
            second.at = Double(index + 1)
            second.longest = times.max.map { Double($0) / 1_000 }
            second.median = times.value(atPercentile: 50).map { Double($0) / 1_000 }
            second.p99 = times.value(atPercentile: 99).map { Double($0) / 1_000 }
            second.responses = times.count > 0 ? try times.encoded() : nil
            result.timeline.append(second)
        }
        result.faults = [AppliedFault(plan: "kill n2 @1s for 1s", node: "n2", from: 1, to: 2)]
        return StressReport(result, thresholds: thresholds)
    }

    private static let nothing = TimelineSecond(
        at: 0, clients: ClientGauge(), sent: 0, answered: 0, violations: 0, median: nil, p99: nil, longest: nil)

    private func add(
        _ client: Int, to result: inout StressResult, _ seconds: inout [(second: TimelineSecond, times: HdrHistogram)]
    ) {
        var generator = SplitMix(state: UInt64(client))
        result.counts.clients += 1
        result.counts.opened += 1
        result.counts.judgedSessions += 1
        result.counts.openedAt["n\(client % 2 + 1)", default: 0] += 1
        result.counts.openedOn[client % 3 == 0 ? "websocket" : "xhr-polling", default: 0] += 1
        if client % 5 > 0 { result.connected += 1 }
        for index in seconds.indices {
            seconds[index].second.clients.open += 1
            seconds[index].second.clients.openAt["n\(client % 2 + 1)", default: 0] += 1
            guard (client + index) % 7 > 0 else { continue }
            let time = UInt64.random(in: 100...2_000_000, using: &generator)
            result.counts.sent += 1
            result.counts.answered += 1
            result.response.record(time + 5)
            result.service.record(time)
            result.recovery.notice.came(after: .microseconds(Int(time)))
            result.recovery.resume.unseen(since: .microseconds(Int(time)))
            seconds[index].times.record(time + 5)
            seconds[index].second.sent += 1
            seconds[index].second.answered += 1
        }
        guard client % 100 == 0 else { return }
        let code = client % 200 == 0 ? "message-lost" : "session-moved"
        result.counts.violations[code, default: 0] += 1
        result.counts.violatedSessions[code, default: 0] += 1
        seconds[2].second.violations += 1
        guard result.samples.count(where: { $0.code == code }) < 5 else { return }
        result.samples.append(
            SampledViolation(
                code: code, message: "of \(client)", client: client, at: 2 + Double(client) / 10_000, evidence: ["seen"]
            ))
    }
}
