import Claims
import History
import Testing
import Verdicts

@testable import Conformance

@testable import Lab

struct CaseCatalogTests {
    private static let descriptions = CaseCatalog.all.map(\.description)

    @Test func `ids are unique`() {
        #expect(Set(Self.descriptions.map(\.id)).count == Self.descriptions.count)
    }

    @Test func `clients of each case have names of their own`() {
        #expect(Set(Self.descriptions.map { CaseSeed($0.id, seed: 1).prefix }).count == Self.descriptions.count)
    }

    @Test(arguments: descriptions)
    func `an id is area slash slug, without dots`(_ one: CaseDescription) {
        #expect(one.id.wholeMatch(of: /[a-z]+\/[a-z0-9-]+/) != nil)
    }

    @Test(arguments: descriptions)
    func `a case needs a feature and declares its findings`(_ one: CaseDescription) {
        #expect(!one.features.isEmpty)
        #expect(!one.findings.isEmpty)
        #expect(one.proves.hasSuffix("."))
    }

    @Test func `each feature is needed by a case`() {
        #expect(Set(Self.descriptions.flatMap(\.features)) == Set(Feature.allCases))
    }

    @Test(arguments: descriptions.filter { $0.schedule.clock == .scaled })
    func `what is played in shortened time says what it waits for`(_ one: CaseDescription) {
        #expect(one.awaits != nil)
    }

    @Test(arguments: CaseCatalog.all.map(\.description.id))
    func `an empty history is no pass`(_ id: String) throws {
        let one = try #require(CaseCatalog.named(id))
        let (verdict, _) = one.judge(RunHistory(events: []).view).verdict(level: .must)
        #expect(verdict == .inconclusive)
    }
}
