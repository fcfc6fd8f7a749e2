import ArgumentParser
import Foundation
import Reports
import Stickler

struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Verify a balancer.",
        discussion: """
            Without --balancer or --url the reference proxy is verified in front of three nodes, all in this process.

            A configuration FILE of your own is a template: write {{listen}} for the address to listen on, {{node1}}, \
            {{node2}} and {{node3}} for the nodes, and {{dir}} for a directory the balancer may write to.

            Exit codes, the first that applies: 2 wrong usage, 3 the target can't be reached or did not start, \
            130 interrupted by a signal, 1 a must is violated, 4 a must-level case is inconclusive or none passed, 0.
            """)

    @OptionGroup(title: "The target") var target: TargetOptions

    @OptionGroup(title: "The site") var site: SiteOptions

    @OptionGroup(title: "Declarations") var declared: DeclarationOptions

    @Option(name: .customLong("case"), help: "Run only cases whose id matches, * for any characters; repeatable.")
    var patterns: [String] = []

    @Option(
        help: ArgumentHelp(
            "Write a report, json=PATH or junit=PATH, - for standard output; repeatable.", valueName: "format=path"))
    var report: [String] = []

    @Option(help: ArgumentHelp("Write the whole history as JSON Lines, - for standard output.", valueName: "path"))
    var history: String?

    @Option(
        help: ArgumentHelp(
            "Longest time the whole run may take; what is not done by then is inconclusive.", valueName: "time"))
    var timeLimit = TimeLimit.standard

    @Flag(help: "Print all evidence of every case, in lines as long as they are.")
    var verbose = false

    @Option(help: "Seed of the clients' randomness, and of what a mutant at a rate damages.")
    var seed: UInt64 = 1

    func run() async throws {
        let files = try OutputFiles<ReportFormat>(reports: report, history: history)
        let startedAt = Date()
        do {
            try files.check()
            throw ExitCode(try await verify(files))
        } catch let error as VerificationError {
            // An older report would pass for this run's.
            files.write(problem: error.report(of: try? target.target(), startedAt: startedAt, seed: seed))
            throw error
        }
    }

    /// Runs, reports and gives the exit code.
    private func verify(_ files: OutputFiles<ReportFormat>) async throws -> Int32 {
        let verification = try Verification(
            try target.target(), cases: patterns, seed: seed, timeLimit: timeLimit.duration,
            declarations: try declared.declarations(),
            access: try site.access())
        let terminal = files.takesStandardOutput ? Terminal.errors : .output
        let console = ConsoleReport(isColored: terminal.isColored, isVerbose: verbose)
        terminal.print(TerminalText.printable(verification.announcement))
        let foot = ProgressLine(on: terminal, total: verification.cases.count)
        defer { foot.clear() }
        let outcome = try await Interruption().cancels {
            try await verification.run(
                progress: { result in
                    // What an interruption cut off is summed up in one line.
                    let line = result.reason == CaseResult.interrupted ? nil : console.line(result)
                    foot.finished(result.description, line: line)
                }, started: foot.started)
        }
        foot.clear()
        let report = outcome.report
        terminal.print(report.problem == nil ? console.closing(report) : report.interruptionLine)
        try files.write(outcome.report, history: outcome.history)
        return report.exitCode
    }
}
