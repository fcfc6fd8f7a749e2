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

    @Test func `committed verdicts are those of mutants and cases that there are`() throws {
        let verdicts = try Fixtures.mutantVerdicts()
        for (name, row) in verdicts {
            let mutant = try #require(Mutant.named(name), "harness/mutants leaves out what is no more")
            #expect(Set(CaseList.all.map(\.id)).isSuperset(of: row.keys), "\(name)")
            #expect(row[mutant.breaks] == nil, "\(name) itself says what its own case finds")
        }
    }

    @Test(arguments: Mutant.all.map(\.name))
    func `a mutant leaves three of four cases alone`(_ name: String) throws {
        let mutant = try #require(Mutant.named(name))
        let row = try Fixtures.mutantVerdicts()[name] ?? [:]
        #expect((row.count + 1) * 4 <= CaseList.all.count)
        // Where nothing opens, a case that needs sessions can't tell.
        let possible = ["fail", "warning", "info", "pass", "inconclusive", "unsupported"]
        #expect(row.values.allSatisfy(possible.contains))
        #expect(mutant.withoutQuestion.isSuperset(of: row.filter { $0.value == "unsupported" }.keys))
    }
}

/// The mutants at work.
@Suite(.serialized, .tags(.slow))
struct MutantRunTests {
    @Test(arguments: Mutant.all.map(\.name))
    func `a mutant is caught by its case and passes a control`(_ name: String) async throws {
        let mutant = try #require(Mutant.named(name))
        let control = try Self.control(of: mutant)
        let report = try await Verification(.reference(mutant: name), cases: [mutant.breaks, control]).run().report
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

    @Test(arguments: DamageUnit.allCases)
    func `done to each unit, the damage at a rate is caught by the mutant's case`(_ unit: DamageUnit) async throws {
        let mutant = try #require(Mutant.all.first { $0.rated?.unit == unit })
        let target = VerificationTarget.reference(mutant: "\(mutant.name):1/1")
        let report = try await Verification(target, cases: [mutant.breaks]).run().report
        #expect(report.target.config == "mutant \(mutant.name):1/1")
        let result = try #require(report.cases.first)
        #expect(try result.verdict == mutant.caught, "\(result.reason)")
        #expect(result.findings.contains { $0.code.rawValue == mutant.finding }, "\(result.failureText)")
    }

    /// A case that the mutant leaves alone, another one from mutant to mutant.
    private static func control(of mutant: Mutant) throws -> String {
        let row = try Fixtures.mutantVerdicts()[mutant.name] ?? [:]
        let alone = CaseList.all.filter {
            row[$0.id] == nil && $0.id != mutant.breaks && $0.schedule.company == .shared
                && !mutant.withoutQuestion.contains($0.id)
        }.map(\.id)
        let place = try #require(Mutant.all.firstIndex { $0.name == mutant.name })
        return alone[place % alone.count]
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
        ["addresses-learned-late", "affinity-by-address"].contains(name)
            ? [
                "stickiness/unknown-cookie", "stickiness/cookie-returns", "stickiness/shared-connection",
                "stickiness/cookie-attributes",
            ] : ["stickiness/first-requests"]
    }
}
