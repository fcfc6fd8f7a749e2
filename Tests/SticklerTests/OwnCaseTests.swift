import Foundation
import Testing

@testable import Stickler

extension FindingCode {
    fileprivate static let planted = FindingCode("planted", .rewriting, isCertain: true)
    fileprivate static let stray = FindingCode("stray", .unexplained)
}

extension RequestLabel {
    fileprivate static let page = RequestLabel("page")
}

@Suite(.serialized, .timeLimit(.minutes(1))) struct OwnCaseTests {
    /// Asks for a page, and judges every answer to it so.
    static func one(
        _ id: String = "shop/page", findings: [FindingCode] = [.planted], level: CaseDescription.Level = .must,
        raises code: FindingCode? = nil
    ) -> ConformanceCase {
        ConformanceCase(
            CaseDescription(
                id: id, title: "A page", level: level, features: [], proves: "A page is there.", findings: findings),
            workload: { stage in await stage.client().request("GET", "/", RequestPlan(label: .page)) },
            judge: { history in
                let answered = history.exchanges.filter { $0.sent.label == .page && $0.response?.status == 200 }
                return Judgement(
                    observations: answered.count, findings: code.map { [Finding($0, "it was seen")] } ?? [])
            })
    }

    @Test func `cases of one's own stand behind those of the catalogue, and patterns pick among all`() throws {
        let own = [Self.one("shop/page"), Self.one("shop/cart"), Self.one("paths/shop")]
        func ids(_ cases: [String], skip: [String] = []) throws -> [String] {
            try Verification(cases: cases, ownCases: own, declarations: Declarations(skip: skip)).cases.map(\.id)
        }
        #expect(try ids([]) == CaseList.all.map(\.id) + ["shop/page", "shop/cart", "paths/shop"])
        #expect(try ids(["shop/*"]) == ["shop/page", "shop/cart"])
        #expect(try ids(["paths/*"]) == ["paths/prefix", "paths/shop"])
        #expect(try ids(["shop/*"], skip: ["*/cart"]) == ["shop/page"])
    }

    struct Refused: CustomTestStringConvertible {
        var cases: [ConformanceCase]
        var says: String
        var testDescription: String { says }
    }

    @Test(arguments: [
        Refused(cases: [one("sockjs/info")], says: "a case of the catalogue has the id sockjs/info"),
        Refused(cases: [one(), one()], says: "another of your cases has the id shop/page"),
        Refused(cases: [one("page")], says: "\"page\" is no id"),
        Refused(cases: [one("shop/")], says: "\"shop/\" is no id"),
        Refused(cases: [one("Shop/page")], says: "\"Shop/page\" is no id"),
        Refused(cases: [one("shop/page/x")], says: "\"shop/page/x\" is no id"),
        Refused(cases: [one(findings: [])], says: "shop/page declares no finding"),
    ])
    func `a case without an id of its own, or one that can't fail, is refused before anything starts`(
        _ refused: Refused
    ) {
        let error = #expect(throws: VerificationError.self) { try Verification(ownCases: refused.cases) }
        #expect(error?.exitCode == 2)
        #expect(error?.description.contains(refused.says) == true, "\(error?.description ?? "")")
    }

    @Test func `a run of one's own cases is a part of all there are`() async throws {
        let report = try await Verification(cases: ["shop/*"], ownCases: [Self.one()]).run().report
        #expect(report.conclusion == .pass)
        #expect(report.coverage == Coverage(catalogue: CaseList.all.count + 1, selected: 1))
    }

    @Test func `a finding whose code is not declared counts, and says so`() async throws {
        let report = try await Verification(cases: ["shop/*"], ownCases: [Self.one(raises: .stray)]).run().report
        #expect(report.conclusion == .violations)
        #expect(
            report.cases.map(\.reason) == [
                "it was seen (stray is not among the findings that the case declares)"
            ])
    }

    @Test func `a case that observes nothing is inconclusive`() async throws {
        var idle = Self.one()
        idle.workload = { _ in }
        let report = try await Verification(cases: ["shop/*"], ownCases: [idle]).run().report
        #expect(report.cases.map(\.verdict) == [.inconclusive])
        #expect(report.cases.first?.reason.hasPrefix("nothing was observed") == true)
        #expect(report.conclusion == .incomplete)
    }

    @Test(arguments: [
        (Declarations(), "answer-transparency: Behavior.answers and Behavior.headers"),
        (Declarations(remedies: [.planted: "proxy_buffering off;"]), "proxy_buffering off;"),
    ])
    func `the remedy is the one given for the finding, else that of its cause`(
        _ declarations: Declarations, remedy: String
    ) async throws {
        let own = [Self.one(raises: .planted)]
        let report = try await Verification(cases: ["shop/*"], ownCases: own, declarations: declarations).run().report
        #expect(report.causes.map(\.kind) == [.rewriting])
        #expect(report.causes.allSatisfy { remedy.hasSuffix($0.remedy ?? "-") }, "\(report.causes)")
        #expect(report.failures.map(\.causedBy) == [.rewriting])
        #expect(report.failures.allSatisfy { remedy.hasSuffix($0.remedy ?? "-") })
    }

    @Test func `a case that takes longer than its limit is cut off as inconclusive`() async throws {
        var slow = Self.one()
        slow.workload = { stage in try await stage.pause(.seconds(50)) }
        let report = try await Verification(cases: ["shop/*"], ownCases: [slow], caseLimit: .milliseconds(100)).run()
            .report
        #expect(report.cases.map(\.verdict) == [.inconclusive])
        #expect(report.cases.first?.reason.contains("took longer than") == true)
    }

    @Test func `a record is judged again with the cases of its run, and refused without them`() async throws {
        let own = [Self.one(raises: .planted)]
        let outcome = try await Verification(
            cases: ["shop/*", "sockjs/info"], ownCases: own,
            declarations: Declarations(remedies: [.planted: "turn the knob"])
        ).run()
        let file = FileManager.default.temporaryDirectory.appending(path: "own-\(UUID()).jsonl")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(outcome.history.jsonLines()).write(to: file)

        let again = try RecordedRun(contentsOf: file.path, ownCases: own).report()
        #expect(again.cases == outcome.report.cases)
        #expect(again.causes == outcome.report.causes)
        #expect(again.coverage == outcome.report.coverage)

        let error = #expect(throws: VerificationError.self) { try RecordedRun(contentsOf: file.path) }
        #expect(error?.description.contains("holds shop/page, which this build does not know") == true)
    }
}
