import Statistics
import Testing

@testable import StressResults

@Suite struct StressReportTests {
    @Test func `what was not measured, or is no number, keeps no threshold`() throws {
        var run = SyntheticRun()
        run.thresholds = [try Threshold("rate > 10"), try Threshold("p99 < 1h"), try Threshold("violations < 100")]
        var report = try run.report()
        #expect(report.judged.map(\.isKept) == [true, true, true])
        report.result.seconds = .leastNonzeroMagnitude
        report.result.response = .init(.latency)
        #expect(report.judged.map(\.value) == [nil, nil, 11])
        #expect(report.judged.map(\.isKept) == [false, false, true])
    }

    @Test func `what kept a run from its end is its exit code, before all that was found`() throws {
        var report = try SyntheticRun().report()
        #expect(report.exitCode == 1)
        report.result.counts.violations = [:]
        #expect(report.exitCode == 0)
        report.result.isInterrupted = true
        #expect(report.exitCode == 4)
        report.problem = StressReport.Problem(exitCode: 130, message: "interrupted")
        #expect(report.exitCode == 130)
    }

    @Test
    func `where our own machine may be why clients have no session, the run does not tell; nor where we ran short`()
        throws
    {
        var report = try SyntheticRun().report()
        report.result.counts.violations = [:]
        report.result.connected = report.result.counts.clients
        report.result.counts.excusedAttempts = 3
        #expect(report.exitCode == 0)
        report.result.connected -= 1
        #expect(report.exitCode == 4)
        report.result.counts.excusedAttempts = 0
        #expect(report.exitCode == 0)
        report.result.counts.violations = ["session-moved": 1]
        report.result.shortages = ["node n1 had no descriptor left"]
        #expect(report.exitCode == 4)
    }
}
