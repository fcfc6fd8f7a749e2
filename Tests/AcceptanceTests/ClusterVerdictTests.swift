import Cluster
import Profiles
import Stickler
import Testing
import Verdicts

/// Each thing that the balancer within Meteor apps does wrong, alone: a case names it.
@Suite(.serialized, .tags(.slow))
struct ClusterVerdictTests {
    /// A defect, the case that names it, and the code of its finding.
    static let named: [(defect: ClusterDefect, id: String, code: String)] = [
        (.cookieNameMismatch, "stickiness/polling-same-node", "session-moved"),
        (.unknownHashRepicked, "stickiness/unknown-cookie", "unknown-endpoint-wanders"),
        (.deadEndpointSilent, "failover/all-nodes-down", "no-answer-when-down"),
        (.deadUpgradeDropped, "failover/all-nodes-down", "no-answer-when-down"),
        (.legacyCookieCrash, "stickiness/unknown-cookie", "unknown-cookie-upgrade-refused"),
        (.directSocketsUnbalanced, "stickiness/websocket-first", "session-moved"),
    ]

    @Test func `each defect is named by a case`() {
        #expect(Set(Self.named.map(\.defect)) == Set(ClusterDefect.allCases))
    }

    @Test(arguments: named)
    func `a defect alone is named by its case, which passes without it`(
        _ defect: ClusterDefect, _ id: String, _ code: String
    ) async throws {
        let broken = try await Verification(.profile("meteor-cluster/\(defect.rawValue)"), cases: [id]).run().report
        let result = try #require(broken.cases.first)
        #expect(result.verdict == .fail, "\(result.reason)")
        #expect(result.findings.contains { $0.code.rawValue == code }, "\(result.failureText)")
        let sound = try await Verification(.profile("meteor-cluster"), cases: [id]).run().report
        #expect(sound.conclusion == .pass, "\(sound.cases.first?.failureText ?? "")")
    }

    @Test func `no profile takes a defect of another kind`() {
        for name in ["meteor-cluster/none", "meteor-cluster-1.6.9/legacy-cookie-crash", "alb/legacy-cookie-crash"] {
            #expect(Profile.named(name) == nil, "\(name)")
            #expect(throws: VerificationError.self) { try Verification(.profile(name)) }
        }
    }
}
