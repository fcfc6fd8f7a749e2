import Balancers
import Foundation
import Stickler
import TestSupport
import Testing

/// The exact verdicts of every configuration we ship, right and wrong, on the real balancers.
@Suite(.serialized, .tags(.slow))
struct VerdictTests {
    @Test func `the reference proxy passes every case but the one about affinity by address`() async throws {
        let report = try await Verification(seed: 7).run().report
        #expect(report.failures.isEmpty)
        let unasked = report.cases.filter { $0.verdict == .unsupported }.map(\.description.id)
        #expect(unasked == ["stickiness/first-requests"])
        #expect(report.count(.pass) == CaseList.all.count - 1)
        #expect(report.conclusion == .pass)
    }

    @Test(arguments: try ShippedVariant.all())
    func `every shipped variant gets what its claims promise, but for its committed verdicts`(_ variant: ShippedVariant)
        async throws
    {
        guard variant.manifest.isInstalled else {
            #expect(
                ProcessInfo.processInfo.environment["CI"] == nil || !variant.isRequired,
                "\(variant.manifest.name) must be installed in CI")
            print("SKIPPED: \(variant), since \(variant.manifest.name) is not installed")
            return
        }
        let report = try await Verification(
            .balancer(variant.manifest.name, config: variant.variant.name), cases: variant.cases
        ).run().report
        let asked = Set(report.cases.map(\.description.id))
        let others = try Fixtures.verdicts("\(variant.manifest.name)-\(variant.variant.name)")
        #expect(Set(CaseList.all.map(\.id)).isSuperset(of: others.keys))
        let claims = try variant.manifest.claims(of: variant.variant)
        for result in report.cases {
            let promised: Verdict = claims.objection(to: result.description) == nil ? .pass : .unsupported
            #expect(
                result.verdict.rawValue == others[result.description.id] ?? promised.rawValue,
                "\(result.description.id) is \(result.verdict): \(result.failureText)")
        }
        #expect(asked == Set(variant.cases.isEmpty ? CaseList.all.map(\.id) : variant.cases))
        // What a case asks may have no meaning for a correct one, as the run itself shows, and no should and no may has to
        // be met.
        let allowed = [Verdict.unsupported, .info, .warning].map(\.rawValue)
        #expect(others.values.allSatisfy(allowed.contains) == variant.variant.isCorrect)
        #expect(report.conclusion == (variant.variant.isCorrect ? .pass : .violations))
        for result in report.cases where result.verdict == .fail {
            #expect(result.remedy != nil, "\(result.description.id) fails without a directive to change")
        }
    }

    // What a manifest has from the one that it is like, that one shows.
    @Test(arguments: try ShippedVariant.all().filter { $0.variant.isCorrect && $0.manifest.like == nil })
    func `a feature that is not claimed fails when its case is forced`(_ variant: ShippedVariant) async throws {
        guard variant.manifest.isInstalled else { return }
        let unclaimed = try Set(variant.manifest.claims(of: variant.variant).omissions.keys)
        let cases = CaseList.all.filter { unclaimed.contains($0.features[0]) }.map(\.id)
        guard !cases.isEmpty else { return }
        let report = try await Verification(
            .balancer(variant.manifest.name, config: variant.variant.name), cases: cases, forced: Set(cases)
        ).run().report
        for result in report.cases {
            #expect(result.verdict == .fail, "\(result.description.id) is \(result.verdict): claim its feature")
        }
    }
}

/// A variant of a manifest in `harness/balancers`.
struct ShippedVariant: Sendable, CustomTestStringConvertible {
    var manifest: BalancerManifest
    var variant: BalancerVariant
    var testDescription: String { "\(manifest.name) \(variant.name)" }

    /// Whether `harness/test` installs it: the package of one that is not would start a service on the machine.
    var isRequired: Bool { manifest.name != "nghttpx" }

    /// Cases that are run here: of a wrong one not those of Meteor users, who come back again and again without end, for
    /// minutes of a processor's time. `harness/verdicts` runs all.
    ///
    /// Of all but nginx and HAProxy a fixed part, so that they fit into the time of a CI.
    var cases: [String] {
        if !["nginx", "haproxy"].contains(manifest.name) { return variant.isCorrect ? Self.part : Self.telling }
        return variant.isCorrect ? [] : CaseList.all.map(\.id).filter { !$0.hasPrefix("ddp/") }
    }

    /// Each wrong variant fails one of them.
    private static let telling = [
        "upgrade/reaches-node", "stickiness/polling-same-node", "failover/no-duplicate-send",
    ]
    private static let part = [
        "upgrade/reaches-node", "headers/client-address", "tunnel/close-code", "sockjs/polling-round-trip",
        "sockjs/abort-reaches-node", "streaming/frames-at-once", "stickiness/polling-same-node",
        "stickiness/websocket-first", "stickiness/unknown-cookie", "failover/kill-moves-sessions",
        "failover/hung-node", "failover/no-duplicate-send", "fallback/upgrade-refused",
    ]

    /// All variants of all manifests.
    static func all() throws -> [ShippedVariant] {
        let catalog = try BalancerCatalog.locate(
            vocabulary: .known, workingDirectory: Checkout.root.path)
        return try catalog.names().map(catalog.manifest).flatMap { manifest in
            manifest.variants.map { ShippedVariant(manifest: manifest, variant: $0) }
        }
    }
}
