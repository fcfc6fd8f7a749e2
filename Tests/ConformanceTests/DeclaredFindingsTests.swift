import History
import Testing
import Verdicts

@testable import Conformance

/// Judges are total functions of histories: whatever one holds, they end, and say only what their case declares.
struct DeclaredFindingsTests {
    /// Random histories, each a pure function of its number.
    private static let histories = (1...60).map { RandomHistory(seed: UInt64($0)).history }

    @Test(arguments: CaseCatalog.all.map(\.description.id))
    func `a judge raises no code that its case does not declare, whatever the history`(_ id: String) throws {
        let one = try #require(CaseCatalog.named(id))
        var raised: Set<FindingCode> = []
        for history in Self.histories {
            let judgement = one.judge(history.view)
            raised.formUnion(judgement.findings.map(\.code))
            #expect(judgement.observations >= 0)
            #expect(judgement.findings.allSatisfy { !$0.message.isEmpty })
        }
        // That each declared code comes is shown by the edits of a good history.
        #expect(raised.isSubset(of: one.description.findings))
    }
}
