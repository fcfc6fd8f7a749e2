import Stickler
import Testing

/// The test of the README, with the balancer and the configuration of its reader: here it is compiled alone.
@Suite(.disabled("it is for a balancer of your own")) struct OurBalancerTests {
    @Test func `our balancer keeps sessions where they belong`() async throws {
        let report = try await Verification(.balancer("nginx", config: "./ops/nginx.conf")).run().report
        for failure in report.failures { Issue.record("\(failure.failureText)") }
        #expect(report.conclusion == .pass)
    }
}
