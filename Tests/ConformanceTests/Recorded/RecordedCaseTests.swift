import Foundation
import Testing
import Verdicts

@testable import Conformance

@Suite("Each case has a recorded good history")
struct RecordedCaseTests {
    @Test func `there is a file for each case, and none beside`() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: RecordedCase.folder.path)
        let wanted = Set(CaseCatalog.all.map { RecordedCase.name(of: $0.description.id) })
        #expect(wanted.subtracting(files).sorted() == [], "harness/histories records them")
        #expect(Set(files).subtracting(wanted).sorted() == [], "harness/histories removes them")
    }

    @Test(arguments: CaseCatalog.all.map(\.description.id))
    func `a good history is judged as good`(_ id: String) throws {
        let recorded = try RecordedCase.named(id)
        let result = recorded.result(of: recorded.history)
        #expect(result.verdict == recorded.goodVerdict, "\(result.reason)")
        #expect(result.findings.isEmpty)
    }
}
