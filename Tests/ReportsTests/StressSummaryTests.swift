import Statistics
import StressResults
import Testing

@testable import Reports

@Suite struct StressSummaryTests {
    static func lines(_ report: StressReport, isVerbose: Bool = false) -> [String] {
        StressSummary(isColored: false, isVerbose: isVerbose).text(report)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    @Test func `thresholds come first, then violations, then the table, then what it comes to`() throws {
        let lines = Self.lines(try SampleStress.report())
        let expected = [
            "kept    p99 < 1s      990 ms",
            "missed  rate > 1000   400/s",
            "",
            "1. message-lost × 12, in 11 of 110 sessions (10%; with 95% confidence 5.1% to",
            "   17.2%)",
            "   client 100 at 1.5 s: message 7 of session 100.1 never came",
            "   seen: 1.2 s  sent message 2",
            "         1.3 s  sent message 3",
            "         1.4 s  sent message 4",
            "",
            "2. session-moved × 1, in 1 of 110 sessions (0.909%; with 95% confidence 0.023%",
            "   to 4.96%)",
            "   change:",
            "     hash $cookie consistent;",
            "     add_header Set-Cookie $affinity;",
            "   client 102 at 2 s: it moved",
            "",
            "target    nginx 1.22.1 default, 2.5 s, shard 2/3",
            "clients   100, 98 with a session at the end",
            "sessions  110 opened, 10 of them again, 10 ended by a fault",
            "          websocket 80, xhr-polling 30",
            "          n1 60, n2 50",
            "spread    the fullest node got 1.09 times its share; chance alone stays below",
            "          1.31 in 999 of 1 000 runs",
            "messages  1 234 sent, 1 000 came back (400/s), 5 cut off with their session",
            "                  p50        p90        p99      p99.9        max",
            "response       500 ms     900 ms     990 ms     999 ms        1 s",
            "service        450 ms     810 ms     891 ms     900 ms     900 ms",
            "noticed         50 ms      50 ms      50 ms      50 ms      50 ms",
            "back           500 ms     500 ms     500 ms     500 ms     500 ms",
            "served          never      never      never      never      never",
            "fault     kill n2 @1s for 1s: at n2 from 1.01 s to 2.02 s",
            "fault     hang n1 @2s: at n1 from 2.01 s to the end",
            "note: all clients come from one address",
            "note: our own machine was too busy 2 times, for 500 ms at most: the longest",
            "  times may be ours",
            "",
            "The balancer breaks rules of sessions; what to change stands with them, and",
            "  stickler verify tells more.",
            "All evidence: --verbose, or --report json=FILE.",
        ]
        for (line, expected) in zip(lines, expected) { #expect(line == expected) }
        #expect(lines.count == expected.count)
    }

    @Test func `of nodes that followed the load it tells how many there were, and what that cost`() throws {
        func rows(_ change: (inout FollowedLoad) -> Void, connected: Int = 100) throws -> String {
            var followed = FollowedLoad(
                atFirst: 3, most: 5, atEnd: 3, joined: 2, left: 2, endedSessions: 7, speed: 60)
            change(&followed)
            let lines = Self.lines(
                try SampleStress.report {
                    ($0.result.followedLoad, $0.result.connected) = (followed, connected)
                })
            #expect(!lines.contains { $0.hasPrefix("spread") }, "nodes that came later had less time")
            let start = try #require(lines.firstIndex { $0.hasPrefix("nodes") })
            let rest = lines[(start + 1)...].prefix { $0.hasPrefix(" ") }
            return ([lines[start]] + rest).map { $0.dropFirst(10) }.joined(separator: " ")
        }
        #expect(
            try rows { _ in }
                == "5 nodes at most, 3 at first, 3 at the end: 2 joined, 2 left; 7 sessions ended with their draining, and "
                + "each client has one again")
        #expect(try rows({ _ in }, connected: 99).hasSuffix("7 sessions ended with their draining"))
        #expect(try rows { $0.endedSessions = 0 }.hasSuffix("2 left; no session ended by it"))
        #expect(
            try rows { ($0.left, $0.atEnd) = (0, 5) } == "5 nodes at most, 3 at first, 5 at the end: 2 joined")
    }

    @Test func `on a terminal what is kept is green and what is missed red`() throws {
        let text = StressSummary(isColored: true).text(try SampleStress.report())
        #expect(text.hasPrefix("\u{1b}[32mkept  \u{1b}[0m  p99 < 1s"))
        #expect(text.contains("\u{1b}[31mmissed\u{1b}[0m  rate > 1000"))
    }

    @Test func `a verbose one tells all evidence`() throws {
        let lines = Self.lines(try SampleStress.report(), isVerbose: true)
        #expect(lines.contains("   seen: 1.1 s  sent message 1"))
        #expect(lines.contains("   client 101 at 1.75 s: message 9 never came"))
        #expect(!lines.contains { $0.hasPrefix("All evidence") })
    }

    @Test func `what a run comes to is one sentence`() throws {
        func last(_ change: (inout StressReport) -> Void) throws -> String {
            let report = try SampleStress.report {
                $0.result.counts.violations = [:]
                $0.result.samples = []
                change(&$0)
            }
            return Self.lines(report).last ?? ""
        }
        #expect(try last { _ in } == "No rule of sessions was violated; 1 of 2 thresholds is missed.")
        #expect(
            try last { $0.thresholds = [] } == "No rule of sessions was violated in 1 000 messages of 100 clients.")
        #expect(
            try last {
                $0.thresholds = []
                $0.result.isInterrupted = true
            } == "No rule of sessions was violated as far as the run came.")
        #expect(try last { $0.result.counts.answered = 0 } == "The run does not tell: no message came back.")
    }

    @Test func `an interruption and a number that could not be measured are told`() throws {
        let report = try SampleStress.report {
            $0.result.response = .init(.latency)
            $0.problem = StressReport.Problem(exitCode: 130, message: "interrupted after 2 of 9 s")
        }
        let lines = Self.lines(report)
        #expect(lines.first == "interrupted after 2 of 9 s")
        #expect(lines.contains("missed  p99 < 1s      not measured"))
    }

    @Test func `no peer can steer the terminal, nor fill it`() throws {
        let report = try SampleStress.report {
            $0.result.samples[0].message = SampleStress.hostile
            $0.result.samples[0].evidence = [SampleStress.hostile]
            $0.result.counts.violations[SampleStress.hostile] = 1
            $0.result.target.version = SampleStress.hostile
            $0.result.faults[0].node = SampleStress.hostile
            $0.result.notes = [SampleStress.hostile]
            $0.problem = StressReport.Problem(exitCode: 130, message: SampleStress.hostile)
            for number in 0..<1_000 { $0.result.counts.openedAt["node\(number)"] = number }
        }
        for isVerbose in [false, true] {
            let text = StressSummary(isColored: false, isVerbose: isVerbose).text(report)
            #expect(!text.unicodeScalars.contains { ["\u{1b}", "\r", "\u{202e}"].contains($0) })
            #expect(text.contains("and 989 more") || text.contains("and 990 more"))
        }
        #expect(Self.lines(report).allSatisfy { $0.count <= 81 })
    }
}
