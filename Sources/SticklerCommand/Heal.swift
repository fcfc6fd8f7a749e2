import ArgumentParser
import Stickler

struct Heal: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Heal nodes of every fault that they are under.",
        discussion: """
            For what a killed run, or somebody with curl, left broken. A run that still has the nodes loses them.

            Exit codes: 2 wrong usage, 3 a node can't be reached, 0 all are whole.
            """)

    @Option(help: ArgumentHelp("Control address of a node; once for each node.", valueName: "host:port"))
    var node: [String]

    @Option(help: ArgumentHelp("The token file that the nodes were started with.", valueName: "file"))
    var tokenFile: String?

    func run() async throws {
        let outcomes = await (try NodeHealing(controls: node, tokenFile: tokenFile)).run()
        for outcome in outcomes {
            if outcome.isHealed { Terminal.say(outcome.description) } else { Terminal.complain(outcome.description) }
        }
        throw ExitCode(outcomes.allSatisfy(\.isHealed) ? 0 : 3)
    }
}
