import Statistics
import StressResults

/// A report of a stress run that has some of everything.
enum SampleStress {
    static func report(_ change: (inout StressReport) -> Void = { _ in }) throws -> StressReport {
        var result = StressResult(
            nothingOf: "clients 300, seed 1", clients: 300, shard: try Shard("2/3"),
            target: StressResult.Target(name: "nginx", version: "1.22.1", config: "default", nodes: ["n1", "n2"]),
            startedAt: "2026-11-30T01:02:03Z")
        result.seconds = 2.5
        result.connected = 98
        result.counts = counts
        for time in 1...1_000 {
            result.response.record(UInt64(time) * 1_000)
            result.service.record(UInt64(time) * 900)
        }
        result.timeline = [
            try second(at: 1.001, times: 1..<701), try second(at: 2.002, times: 701..<1_001),
            try second(at: 2.5, times: 0..<0),
        ]
        for _ in 1...3 {
            result.recovery.notice.came(after: .milliseconds(50))
            result.recovery.reconnect.came(after: .milliseconds(500))
        }
        result.recovery.resume.came(after: .milliseconds(800))
        for _ in 1...2 { result.recovery.resume.unseen(since: .seconds(1)) }
        result.faults = [
            AppliedFault(plan: "kill n2 @1s for 1s", node: "n2", from: 1.01, to: 2.02),
            AppliedFault(plan: "hang n1 @2s", node: "n1", from: 2.01, to: nil),
        ]
        result.samples = [
            SampledViolation(
                code: "message-lost", message: "message 7 of session 100.1 never came", client: 100, at: 1.5,
                evidence: (1...4).map { "1.\($0) s  sent message \($0)" }),
            SampledViolation(
                code: "message-lost", message: "message 9 never came", client: 101, at: 1.75, evidence: ["seen"]),
            SampledViolation(code: "session-moved", message: "it moved", client: 102, at: 2, evidence: []),
        ]
        result.ownStalls = [0.25, 0.5]
        result.shortages = []
        result.notes = ["all clients come from one address"]
        var report = StressReport(result, thresholds: try ["p99 < 1s", "rate > 1000"].map { try Threshold($0) })
        report.remedies = ["session-moved": "hash $cookie consistent;\nadd_header Set-Cookie $affinity;"]
        change(&report)
        return report
    }

    static var counts: StressCounts {
        var counts = StressCounts()
        counts.clients = 100
        counts.opened = 110
        counts.reopened = 10
        counts.endedByFault = 10
        counts.judgedSessions = 110
        counts.sent = 1_234
        counts.answered = 1_000
        counts.interrupted = 5
        counts.openedOn = ["websocket": 80, "xhr-polling": 30]
        counts.openedAt = ["n1": 60, "n2": 50]
        counts.violations = ["message-lost": 12, "session-moved": 1]
        counts.violatedSessions = ["message-lost": 11, "session-moved": 1]
        return counts
    }

    /// A second in which messages came back after so many milliseconds each.
    static func second(at: Double, times milliseconds: Range<Int>) throws -> TimelineSecond {
        var times = HdrHistogram(.latency)
        for time in milliseconds { times.record(UInt64(time) * 1_000) }
        func told(_ percentile: Double) -> Double? {
            times.value(atPercentile: percentile).map { Double($0) / 1_000 }
        }
        let answered = milliseconds.count
        var clients = ClientGauge()
        clients.open = 98
        clients.waiting = 2
        clients.openOn = ["websocket": 70, "xhr-polling": 28]
        clients.openAt = ["n1": 50, "n2": 48]
        return TimelineSecond(
            at: at, clients: clients, sent: answered + 1, answered: answered, violations: answered / 100,
            median: told(50), p99: told(99), longest: told(100),
            responses: answered > 0 ? try times.encoded() : nil)
    }

    /// What no peer may do to a terminal, to XML, to HTML or to Prometheus.
    static let hostile = "\u{1b}[2J</script><b>\"x\"&\n\\\u{202e}{}\r"
}
