import Stickler
import Testing

@Suite(.timeLimit(.minutes(1))) struct ListingTests {
    /// The first word of each line; fields are two blanks apart.
    static func names(_ outcome: Command.Outcome) -> [String] {
        outcome.lines.map { String($0.prefix { $0 != " " }) }
    }

    @Test func `cases lists one a line, id first`() async throws {
        let outcome = try await Command("cases").run()
        #expect(outcome.exitCode == 0)
        #expect(Self.names(outcome) == CaseList.all.map(\.id))
    }

    @Test func `mutants lists one a line, name first`() async throws {
        let outcome = try await Command("mutants").run()
        #expect(outcome.exitCode == 0)
        #expect(Self.names(outcome) == MutantList.all.map(\.name))
    }

    @Test func `mutants says what a rate damages one in so many of, or that there is none`() async throws {
        let outcome = try await Command("mutants").run()
        #expect(Set(MutantList.all.map { $0.unit == nil }).count == 2)
        for (line, mutant) in zip(outcome.lines, MutantList.all) {
            let rate = mutant.unit.map { "\($0)  \(mutant.atRate ?? "nothing")" } ?? "no rate"
            #expect(line.hasSuffix("  \(rate)"), "\(line)")
        }
    }

    @Test func `cases --mutants shows for each case who breaks it and with which finding`() async throws {
        let outcome = try await Command("cases", "--mutants").run()
        #expect(outcome.exitCode == 0)
        try #require(Self.names(outcome) == CaseList.all.map(\.id))
        for (line, one) in zip(outcome.lines, CaseList.all) {
            let own = MutantList.all.filter { $0.breaks == one.id }
            #expect(!own.isEmpty, "\(one.id) has a mutant of its own")
            for mutant in own { #expect(line.contains("\(mutant.name) (\(mutant.finding))"), "\(line)") }
        }
    }

    @Test(arguments: CaseList.all)
    func `cases ID explains one`(_ one: CaseDescription) async throws {
        let outcome = try await Command("cases", one.id).run()
        #expect(outcome.exitCode == 0)
        #expect(outcome.lines.first?.hasPrefix(one.id) == true)
        let parts =
            [one.level.rawValue, one.proves] + one.features.map(\.rawValue) + one.findings.map(\.rawValue)
            + MutantList.all.filter { $0.breaks == one.id }.map(\.name)
        for part in parts { #expect(outcome.output.contains(part), "\(part)\n\(outcome)") }
    }
}
