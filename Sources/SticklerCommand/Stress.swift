import ArgumentParser
import Foundation
import Reports
import Stickler

struct Stress: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Put a balancer under the load of thousands of clients, and judge each of them.",
        discussion: """
            Without --balancer or --url the reference proxy is put under load, in front of three nodes.

            Examples:
              stickler stress --clients 200 --ramp 2s --fault 'kill n2 @4s for 3s'
              stickler stress --balancer nginx --clients 2000 --threshold 'p99 < 50ms'
              stickler stress --url http://10.0.0.1 --clients 500 --arrival open:1000

            Exit codes, the first that applies: 2 wrong usage, 3 the target can't be reached or did not start, \
            130 interrupted by a signal, 1 a rule is violated or a threshold missed, 4 no message came back, 0.
            """)

    static let reportHelp =
        "Write a report: \(StressFormat.allCases.map { "\($0.rawValue)=PATH" }.joined(separator: ", ")), - for standard "
        + "output; repeatable."

    @Option(help: "Start this balancer in front of three nodes of ours; one of harness/balancers.")
    var balancer: String?

    @Option(
        help: ArgumentHelp(
            "The balancer's configuration: a variant of its manifest, or, with a / in it, a template of your own.",
            valueName: "file|variant"))
    var config: String?

    @Option(
        help: ArgumentHelp(
            "Put the balancer under load that runs at this URL.", valueName: "http://host:port"))
    var url: String?

    @Option(help: ArgumentHelp("Control address of a node behind --url; once for each node.", valueName: "host:port"))
    var node: [String] = []

    @Option(
        help: ArgumentHelp("The token file that the nodes behind --url were started with.", valueName: "file"))
    var tokenFile: String?

    @OptionGroup(title: "The site") var site: SiteOptions

    @Option(help: "Break the one thing in the reference proxy that this mutant breaks.")
    var mutant: String?

    @OptionGroup(title: "The scenario") var options: ScenarioOptions

    @Option(help: ArgumentHelp("\(Stress.reportHelp)", valueName: "format=path"))
    var report: [String] = []

    @Flag(help: "Print all evidence, in lines as long as they are.")
    var verbose = false

    func run() async throws {
        let files = try OutputFiles<StressFormat>(reports: report)
        let startedAt = Date()
        do {
            try files.check()
            throw ExitCode(try await stress(files))
        } catch let error as VerificationError {
            // An older report would pass for this run's.
            files.write(
                problem: error.report(
                    of: try? options.scenario(), shard: (try? options.shard()) ?? .whole, on: try? target,
                    startedAt: startedAt))
            throw error
        }
    }

    /// Runs, reports and gives the exit code.
    private func stress(_ files: OutputFiles<StressFormat>) async throws -> Int32 {
        let scenario = try options.scenario()
        let run = try StressRun(
            try target, scenario, shard: try options.shard(), access: try site.access(),
            program: "/proc/self/exe".resolvingLink, rawPath: options.rawPath)
        let terminal = files.takesStandardOutput ? Terminal.errors : .output
        terminal.print(TerminalText.printable(run.announcement))
        let view = LiveView(on: terminal, of: scenario)
        defer { view.clear() }
        let outcome = try await Interruption().cancels { try await run.run(progress: view.show) }
        view.clear()
        terminal.print(StressSummary(isColored: terminal.isColored, isVerbose: verbose).text(outcome.report))
        try files.write(outcome.report)
        return outcome.report.exitCode
    }

    private var target: VerificationTarget {
        get throws {
            switch (balancer, url, mutant) {
            case (nil, nil, let mutant): return .reference(mutant: mutant)
            case (let balancer?, nil, nil): return .balancer(balancer, config: config)
            case (nil, let url?, nil): return .url(url, controls: node, tokenFile: tokenFile)
            default: throw VerificationError.usage("give one of --balancer, --url and --mutant, not several")
            }
        }
    }
}

extension String {
    /// Where the link of this path leads; nil if it is none.
    fileprivate var resolvingLink: String? { try? FileManager.default.destinationOfSymbolicLink(atPath: self) }
}
