import Foundation
import Profiles
import Stickler
import TestSupport
import Testing

/// The profiles against what their documents let one expect.
@Suite(.serialized, .tags(.slow))
struct ProfileVerdictTests {
    /// Some of the article; `harness/verdicts` runs all of them.
    static let short = ["elb-classic-http", "auto-scaling", "meteor-cluster"]

    @Test(arguments: short)
    func `a profile gets what it claims, but for what is predicted`(_ name: String) async throws {
        let profile = try #require(Profile.named(name))
        let report = try await Verification(.profile(name)).run().report
        for result in report.cases {
            let promised: Verdict = profile.claims.objection(to: result.description) == nil ? .pass : .unsupported
            if profile.deviations[result.description.id] == .varies { continue }
            let expected = profile.deviations[result.description.id]?.rawValue ?? promised.rawValue
            #expect(
                result.verdict.rawValue == expected,
                "\(result.description.id) is \(result.verdict): \(result.failureText)")
        }
        let fails = profile.deviations.values.contains(.fail)
        #expect(report.conclusion == (fails ? .violations : .pass))
    }

    @Test(arguments: Profile.all.map(\.name))
    func `what is predicted is what was seen`(_ name: String) throws {
        let profile = try #require(Profile.named(name))
        let file = Checkout.fixture("profiles/\(name).json")
        let seen =
            FileManager.default.fileExists(atPath: file.path)
            ? try JSONDecoder().decode([String: String].self, from: try Data(contentsOf: file)) : [:]
        let certain = profile.deviations.filter { $0.value != .varies }
        #expect(certain.mapValues(\.rawValue) == seen.filter { profile.deviations[$0.key] != .varies })
    }

    @Test func `an operator of an HTTP listener is told to use another for WebSocket, and of a TCP one to use HTTP`()
        async throws
    {
        for (name, words) in [
            ("elb-classic-http", ["use a TCP listener", "no stickiness", "different nodes", "fall back to polling"]),
            ("elb-classic-tcp", ["has no stickiness", "HTTP listener", "passes no WebSocket"]),
        ] {
            let report = try await Verification(
                .profile(name), cases: ["upgrade/reaches-node", "sockjs/polling-round-trip", "stickiness/*"]
            ).run().report
            let first = try #require(report.causes.first)
            for text in words {
                #expect(first.remedy?.replacing("\n", with: " ").contains(text) == true, "\(first.remedy ?? "none")")
            }
        }
    }
}
