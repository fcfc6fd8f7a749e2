import History
import Testing
import Verdicts

@testable import Conformance

/// Judges are total functions of histories: whatever one holds, they end, and say only what their case declares.
struct DeclaredFindingsTests {
    /// Random histories, each a pure function of its number.
    private static let histories = (1...300).map { RandomHistory(seed: UInt64($0)).history }

    @Test(arguments: CaseCatalog.all.map(\.description.id))
    func `a judge raises each code its case declares in some history, and no other in any`(_ id: String) throws {
        let one = try #require(CaseCatalog.named(id))
        var raised: Set<FindingCode> = []
        for history in Self.histories {
            let judgement = one.judge(history.view)
            raised.formUnion(judgement.findings.map(\.code))
            #expect(judgement.observations >= 0)
            #expect(judgement.findings.allSatisfy { !$0.message.isEmpty })
        }
        #expect(raised == Set(one.description.findings))
    }
}
