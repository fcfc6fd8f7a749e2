import Defects
import Foundation
import Stickler
import Testing
import Verdicts

/// Every check can fail: each case has a mutant of its own, and each mutant is caught by its case.
struct MutantTests {
    @Test(arguments: CaseList.all.map(\.id))
    func `every case has a mutant of its own`(_ id: String) {
        #expect(Mutant.all.contains { $0.breaks == id })
    }

    @Test(arguments: Mutant.all.map(\.name))
    func `a mutant causes a finding that its case declares`(_ name: String) throws {
        let mutant = try #require(Mutant.named(name))
        let one = try #require(CaseList.all.first { $0.id == mutant.breaks })
        #expect(one.findings.contains { $0.rawValue == mutant.finding })
    }

    @Test func `the committed matrix knows every mutant and every case`() throws {
        let matrix = try Fixtures.mutantMatrix()
        #expect(Set(matrix.keys) == Set(Mutant.all.map(\.name)))
        for (mutant, row) in matrix {
            #expect(Set(row.keys) == Set(CaseList.all.map(\.id)), "row \(mutant)")
        }
    }

    @Test(arguments: Mutant.all.map(\.name))
    func `a mutant fails its own case and leaves three of four cases alone`(_ name: String) throws {
        let mutant = try #require(Mutant.named(name))
        let row = try #require(try Fixtures.mutantMatrix()[name])
        #expect(try row[mutant.breaks] == mutant.caught.rawValue)
        #expect(row.values.count { $0 == "pass" } * 4 >= row.count * 3)
        // Where nothing opens, a case that needs sessions can't tell.
        #expect(row.values.allSatisfy { ["fail", "warning", "pass", "inconclusive", "unsupported"].contains($0) })
        #expect(mutant.withoutQuestion.isSuperset(of: row.filter { $0.value == "unsupported" }.keys))
    }
}

/// The mutants at work.
@Suite(.serialized, .tags(.slow))
struct MutantRunTests {
    @Test(arguments: Mutant.all.map(\.name))
    func `a mutant is caught by its case and passes five controls`(_ name: String) async throws {
        let mutant = try #require(Mutant.named(name))
        let row = try #require(try Fixtures.mutantMatrix()[name])
        let controls = CaseList.all.filter { row[$0.id] == "pass" && !$0.isDisruptive }.map(\.id).prefix(5)
        #expect(controls.count == 5)
        let report = try await Verification(.reference(mutant: name), cases: [mutant.breaks] + controls).run().report
        for result in report.cases {
            if result.description.id == mutant.breaks {
                #expect(try result.verdict == mutant.caught, "\(result.reason)")
                #expect(result.findings.contains { $0.code.rawValue == mutant.finding }, "\(result.failureText)")
            } else {
                #expect(result.verdict == .pass, "\(result.failureText)")
            }
        }
        // A violation of a recommendation does not change the exit code.
        #expect(try report.conclusion == (mutant.caught == .fail ? .violations : .pass))
    }
}

extension Mutant {
    /// The verdict of the case it breaks.
    fileprivate var caught: Verdict {
        get throws {
            let one = try #require(CaseList.all.first { $0.id == breaks })
            let code = try #require(one.findings.first { $0.rawValue == finding })
            return Judgement(observations: 1, findings: [Finding(code, summary)]).verdict(level: one.level).verdict
        }
    }

    /// Cases that ask about an affinity which the proxy does not have: by the address, or else by a cookie.
    fileprivate var withoutQuestion: Set<String> {
        name == "addresses-learned-late"
            ? ["stickiness/unknown-cookie", "stickiness/cookie-returns", "stickiness/shared-connection"]
            : ["stickiness/first-requests"]
    }
}
