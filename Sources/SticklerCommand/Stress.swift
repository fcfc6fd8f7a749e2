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
            130 interrupted by a signal, 1 a rule is violated or a threshold missed, 4 no message came back or \
            descriptors of ours ran out, 0.
            """)

    static let reportHelp =
        "Write a report: \(StressFormat.allCases.map { "\($0.rawValue)=PATH" }.joined(separator: ", ")), - for standard "
        + "output; repeatable."

    @OptionGroup(title: "The target") var target: TargetOptions

    @OptionGroup(title: "The site") var site: SiteOptions

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
                    of: try? options.scenario(), shard: (try? options.shard()) ?? .whole, on: try? target.target(),
                    startedAt: startedAt))
            throw error
        }
    }

    /// Runs, reports and gives the exit code.
    private func stress(_ files: OutputFiles<StressFormat>) async throws -> Int32 {
        let scenario = try options.scenario()
        let run = try StressRun(
            try target.target(), scenario, shard: try options.shard(), access: try site.access(),
            program: "/proc/self/exe".resolvingLink, rawPath: options.rawPath, startAt: try options.beginning())
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
}

extension String {
    /// Where the link of this path leads; nil if it is none.
    var resolvingLink: String? { try? FileManager.default.destinationOfSymbolicLink(atPath: self) }
}
