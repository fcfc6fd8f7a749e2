import Foundation
import Testing

@testable import Claims

struct ClaimSheetTests {
    static let sheet = ClaimSheet(
        directives: [.distribution: "balance roundrobin", .clientAffinity: "cookie SRV insert"],
        omissions: [.activeHealthCheck: .init(reason: "it has none", source: "its manual")], scope: .client,
        faults: FaultClaims(failover: .rehome, hungMilliseconds: 2_000), remedies: ["idle": "timeout tunnel 1h"],
        sayings: [
            .init(says: "held back", cause: .buffering, remedy: "no buffering"), .init(says: "gone", cause: .idle),
        ])

    @Test func `features are claimed by their directive, in the order of all features`() {
        #expect(Self.sheet.claims == [.clientAffinity, .distribution])
    }

    @Test func `what the user says a balancer lacks is left out on that ground`() {
        let sheet = Self.sheet.without([.distribution])
        #expect(sheet.claims == [.clientAffinity])
        #expect(sheet.omissions[.distribution] == .init(reason: "you said so", source: "--without distribution"))
    }

    @Test(arguments: AffinityScope.allCases)
    func `a declared scope leaves out what it can't give`(_ scope: AffinityScope) {
        let sheet = Self.sheet.scoped(scope)
        #expect(sheet.scope == scope)
        #expect(sheet.claims == (scope == .session ? [.distribution] : Self.sheet.claims))
        #expect(sheet.omissions[.clientAffinity]?.source == (scope == .session ? "--scope session" : nil))
    }

    @Test func `a sheet is read as it was written, features by name`() throws {
        let data = try JSONEncoder().encode(Self.sheet)
        #expect(try JSONDecoder().decode(ClaimSheet.self, from: data) == Self.sheet)
        let json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect((json["directives"] as? [String: String])?["distribution"] == "balance roundrobin")
    }

    @Test func `what another build knew is left out`() throws {
        let json = """
            {"directives": {"fallback": "a", "teleport": "b"}, "omissions": {"warp": {"reason": "c", "source": "d"}},
            "remedies": {"ether": "e"}, "sayings": [{"says": "f", "cause": "ether"}, {"says": "g", "cause": "idle"}]}
            """
        let sheet = try JSONDecoder().decode(ClaimSheet.self, from: Data(json.utf8))
        #expect(
            sheet
                == ClaimSheet(
                    directives: [.fallback: "a"], remedies: ["ether": "e"], sayings: [.init(says: "g", cause: .idle)]))
    }
}

struct FeatureTests {
    @Test func `the four core features are those of the contract`() {
        #expect(
            Feature.allCases.filter(\.isCore) == [.websocketUpgrade, .pollingStickiness, .killFailover, .fallback])
    }

    @Test(arguments: Feature.allCases)
    func `there is advice on each, whoever the balancer is`(_ feature: Feature) { #expect(!feature.advice.isEmpty) }

    @Test func `affinity by session alone can't give affinity of a client`() {
        #expect(Feature.allCases.filter { !$0.isGiven(by: .session) } == [.clientAffinity])
        #expect(Feature.allCases.allSatisfy { $0.isGiven(by: .client) && $0.isGiven(by: .address) })
    }
}
