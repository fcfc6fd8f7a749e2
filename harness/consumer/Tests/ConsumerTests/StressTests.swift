import Stickler
import Testing

/// A balancer under load, with a node that dies in the middle.
@Suite struct StressTests {
    @Test func `two hundred clients come back after a kill`() async throws {
        var scenario = StressScenario(clients: 200)
        scenario.ramp = Ramp(.seconds(2))
        scenario.duration = .seconds(10)
        scenario.faults = [try ScheduledFault("kill n2 @4s for 3s")]
        scenario.thresholds = [try Threshold("p99 < 5s"), try Threshold("disconnected < 10%")]

        let report = try await StressRun(.reference(), scenario).run().report

        #expect(report.result.counts.violations == [:])
        #expect(report.conclusion == .pass)
    }
}
