import Stickler
import Testing

/// What a project adds to the catalogue for an app of its own; here the balancer is the reference proxy.
@Suite struct OwnCaseTests {
    private static let own: [ConformanceCase] = [.visitorStays, .cartSurvives, .pricesArrive]

    @Test func `visitors stay, carts survive, and prices arrive`() async throws {
        let report = try await Verification(cases: ["shop/*", "sockjs/info"], ownCases: Self.own).run().report
        for failure in report.failures { Issue.record("\(failure.failureText)") }
        #expect(report.conclusion == .pass)
        #expect(report.count(.pass) == 4)
    }

    /// Each case is seen to fail, or it might be one that can't.
    @Test(arguments: [
        ("cookie-of-another-domain", "shop/visitor-stays", "visitor-moved"),
        ("dead-node-kept", "shop/cart-survives", "cart-lost"),
        ("dollar-keys-sanitised", "shop/prices-arrive", "message-altered"),
    ])
    func `a broken balancer fails a case of one's own, with its remedy`(
        _ mutant: String, id: String, code: String
    ) async throws {
        let report = try await Verification(
            .reference(mutant: mutant), cases: [id], ownCases: Self.own,
            declarations: Declarations(remedies: [.visitorMoved: "set the cookie for the shop's own domain"])
        ).run().report
        #expect(report.conclusion == .violations)
        let failure = try #require(report.failures.first)
        #expect(Set(failure.findings.map(\.code.rawValue)) == [code])
        #expect(failure.findings.allSatisfy { !$0.evidence.isEmpty })
        #expect((failure.remedy == "set the cookie for the shop's own domain") == (code == "visitor-moved"))
    }
}
