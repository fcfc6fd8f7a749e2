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

    @Option(help: "Start this balancer in front of three nodes of ours; one of harness/balancers.")
    var balancer: String?

    @Option(
        help: ArgumentHelp(
            "The balancer's configuration: a variant of its manifest, or, with a / in it, a template of your own.",
            valueName: "file|variant"))
    var config: String?

    @Option(
        help: ArgumentHelp(
            "Verify the balancer that runs at this URL, in front of nodes started with `stickler node`.",
            valueName: "http://host:port"))
    var url: String?

    @Option(help: ArgumentHelp("Control address of a node behind --url; once for each node.", valueName: "host:port"))
    var node: [String] = []

    @Option(
        help: ArgumentHelp("The token file that the nodes behind --url were started with.", valueName: "file"))
    var tokenFile: String?

    @OptionGroup(title: "The site") var site: SiteOptions

    @OptionGroup(title: "Declarations") var declared: DeclarationOptions

    @Option(
        help: ArgumentHelp(
            "Break the one thing in the reference proxy that this mutant breaks; with a rate, as in NAME:1/1000, for one "
                + "message, request or session in so many. `stickler mutants` says for which.",
            valueName: "name[:1/n]"))
    var mutant: String?

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
            files.write(problem: error.report(of: try? target, startedAt: startedAt, seed: seed))
            throw error
        }
    }

    /// Runs, reports and gives the exit code.
    private func verify(_ files: OutputFiles<ReportFormat>) async throws -> Int32 {
        let verification = try Verification(
            try target, cases: patterns, seed: seed, timeLimit: timeLimit.duration,
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

    private var target: VerificationTarget {
        get throws {
            switch (balancer, url, mutant) {
            case (nil, nil, let mutant):
                guard config == nil else {
                    throw VerificationError.usage("--config needs --balancer: whose configuration is it?")
                }
                guard node.isEmpty else {
                    throw VerificationError.usage("--node needs --url: which balancer is in front of it?")
                }
                return .reference(mutant: mutant)
            case (let balancer?, nil, nil):
                guard node.isEmpty else { throw VerificationError.usage("--node goes with --url, not with --balancer") }
                return .balancer(balancer, config: config)
            case (nil, let url?, nil):
                guard config == nil else {
                    throw VerificationError.usage("--config goes with --balancer, not with --url")
                }
                return .url(url, controls: node, tokenFile: tokenFile)
            default: throw VerificationError.usage("give one of --balancer, --url and --mutant, not several")
            }
        }
    }
}
