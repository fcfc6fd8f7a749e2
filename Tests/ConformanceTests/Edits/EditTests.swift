import Testing
import Verdicts

@testable import Conformance

@Suite("What can go wrong shows in the history of each case")
struct EditTests {
    @Test(arguments: EditTable.all)
    func `an edit of a good history leads to its finding, and to no other`(_ row: EditRow) throws {
        let recorded = try RecordedCase.named(row.id)
        let edited = try row.edits.reduce(recorded.history) { try $1.applied(to: $0) }
        let result = recorded.result(of: edited)
        #expect(Set(result.findings.map(\.code)) == [row.code], "\(result.reason)")
        #expect(result.verdict == row.verdict(recorded.one.description.level), "\(result.reason)")
    }

    @Test func `there is a row for each finding that a case declares, and none beside`() {
        let declared = CaseCatalog.all.map(\.description).flatMap { one in
            one.findings.map { "\(one.id): \($0.rawValue)" }
        }
        let rows = EditTable.all.map(\.testDescription)
        #expect(Set(declared).subtracting(rows).sorted() == [])
        #expect(Set(rows).subtracting(declared).sorted() == [])
        #expect(rows.count == Set(rows).count)
    }
}

extension EditRow {
    /// What a finding counts as in a case of this level.
    fileprivate func verdict(_ level: CaseDescription.Level) -> Verdict {
        switch min(level, code.greatestLevel) {
        case .must: .fail
        case .should: .warning
        case .may: .info
        }
    }
}
