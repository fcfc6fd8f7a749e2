import Testing

@testable import Discovery

@Suite("Nodes of one process find each other", .timeLimit(.minutes(1)))
struct InMemoryDiscoveryTests {
    @Test("As the rules say", arguments: DiscoveryRule.allCases)
    func rule(_ rule: DiscoveryRule) async throws {
        try await rule.check(InMemorySite())
    }

    @Test("A registry that loses its memory loses nobody")
    func forgets() async throws {
        try await DiscoveryRule.outageLosesNobody.check(InMemorySite(forgets: true))
    }
}
