import ArgumentParser
import Foundation
import Reports
import Stickler

struct Merge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Add up the shards of a stress run.",
        discussion: """
            Reads the JSON reports of all shards from a directory and reports as one run would: counts and response times \
            are added exactly, and the thresholds are judged on the sums.

            Example: stickler merge results --report html=run.html

            Exit codes: 2 wrong usage, a damaged file or results of different runs; 4 a shard is missing or came to \
            nothing; else that of the run.
            """)

    @Argument(help: ArgumentHelp("The directory of what `stress --report json=FILE` wrote.", valueName: "dir"))
    var directory: String

    @Option(help: ArgumentHelp("\(Stress.reportHelp)", valueName: "format=path"))
    var report: [String] = []

    @Flag(help: "Print all evidence, in lines as long as they are.")
    var verbose = false

    func run() async throws {
        let files = try OutputFiles<StressFormat>(reports: report)
        try files.check()
        let startedAt = Date()
        let merge: StressMerge
        do {
            merge = try StressMerge(directory: directory)
        } catch {
            // An older report would pass for this one.
            files.write(problem: error.report(of: nil, on: nil, startedAt: startedAt))
            throw error
        }
        for path in merge.skipped { Terminal.complain("\(path) is no report of a shard, and left out") }
        let terminal = files.takesStandardOutput ? Terminal.errors : .output
        if merge.report.result.counts == StressCounts(), let problem = merge.report.problem {
            Terminal.complain(problem.message)
        } else {
            terminal.print(StressSummary(isColored: terminal.isColored, isVerbose: verbose).text(merge.report))
        }
        try files.write(merge.report)
        throw ExitCode(merge.report.exitCode)
    }
}
