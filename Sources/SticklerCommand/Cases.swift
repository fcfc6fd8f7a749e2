import ArgumentParser
import Stickler

struct Cases: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the conformance cases, or explain one.")

    @Argument(help: "The case to explain.")
    var id: String?

    @Flag(help: "Show for each case the mutants that break it, and the finding they cause.")
    var mutants = false

    func run() throws {
        if let id {
            guard let one = CaseList.all.first(where: { $0.id == id }) else {
                throw VerificationError.usage("no case is called \"\(id)\"; `stickler cases` lists them")
            }
            explain(one)
        } else if mutants {
            for one in CaseList.all {
                let breakers = MutantList.all.filter { $0.breaks == one.id }
                    .map { "\($0.name) (\($0.finding))" }
                Terminal.say("\(one.id)  \(breakers.joined(separator: ", "))")
            }
        } else {
            for one in CaseList.all { Terminal.say("\(one.id)  \(one.level.rawValue)  \(one.title)") }
        }
    }

    private func explain(_ one: CaseDescription) {
        Terminal.say("\(one.id)  \(one.level.rawValue)")
        Terminal.say(one.proves)
        Terminal.say("needs: \(one.features.map(\.rawValue).joined(separator: ", "))")
        Terminal.say("findings: \(one.findings.map(\.rawValue).joined(separator: ", "))")
        for mutant in MutantList.all where mutant.breaks == one.id {
            Terminal.say("mutant: \(mutant.name): \(mutant.summary)")
            if let atRate = mutant.atRate { Terminal.say("mutant: \(mutant.name):1/N: \(atRate)") }
        }
    }
}

struct Mutants: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the mutants: the reference proxy with one thing broken, each with the case that catches it.",
        discussion: """
            A line is its name, the case, the finding, what is broken, what NAME:1/N damages one in N of on average, and \
            what happens to them; "no rate" where the mutant takes none.
            """)

    private func rate(of mutant: MutantList.Entry) -> String {
        guard let unit = mutant.unit, let atRate = mutant.atRate else { return "no rate" }
        return "\(unit)  \(atRate)"
    }

    func run() throws {
        for mutant in MutantList.all {
            Terminal.say(
                "\(mutant.name)  \(mutant.breaks)  \(mutant.finding)  \(mutant.summary)  " + rate(of: mutant))
        }
    }
}
