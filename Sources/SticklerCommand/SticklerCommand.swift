import ArgumentParser
import Foundation
import Stickler

/// The `stickler` executable: arguments in, exit code out; what it does is in the library.
@main
struct SticklerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stickler",
        abstract: "Proves that a load balancer keeps WebSocket, SockJS and DDP sessions where they belong.",
        discussion: """
            Exit codes, the first that applies: 2 wrong usage, 3 the target can't be reached or did not start, \
            130 interrupted by a signal, 1 a must is violated, 4 a must-level case is inconclusive or none passed, 0.
            """,
        version: ToolVersion.current,
        subcommands: [
            Verify.self, Stress.self, Merge.self, Judge.self, Cases.self, Mutants.self, Profiles.self, Node.self,
            Heal.self,
            Proxy.self,
        ],
        defaultSubcommand: nil)

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            try checkTerminal()
        } catch let code as ExitCode {
            do {
                try checkTerminal()
            } catch {
                end(error)
            }
            Foundation.exit(code.rawValue)
        } catch let error as VerificationError {
            end(error)
        } catch {
            let code = exitCode(for: error)
            guard code == .validationFailure || code == .failure else { exit(withError: error) }
            // ArgumentParser's own code for wrong usage is 64; scripts are promised 2.
            Terminal.complain(fullMessage(for: error))
            Foundation.exit(2)
        }
    }

    private static func end(_ error: VerificationError) -> Never {
        Terminal.complain(error.description)
        Foundation.exit(error.exitCode)
    }

    /// What nobody could read was not said.
    private static func checkTerminal() throws(VerificationError) {
        guard let loss = Terminal.loss else { return }
        throw .usage("not all could be printed: \(loss); give a place with room, or a report with --report")
    }
}
