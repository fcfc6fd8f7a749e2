import ArgumentParser
import Foundation
import Reports
import Stickler

struct Judge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Judge a recorded run again.",
        discussion: """
            Reads what `stickler verify --history RUN` wrote and reports it as that run did, from the record alone; with \
            other judges, as after an update, it says what they say of it.

            The exit code is that of the run.
            """)

    @Argument(help: ArgumentHelp("The history of a run, as `verify --history` writes it.", valueName: "run"))
    var run: String

    @Option(
        help: ArgumentHelp(
            "Write a report, json=PATH or junit=PATH, - for standard output; repeatable.", valueName: "format=path"))
    var report: [String] = []

    @Flag(help: "Print all evidence of every case, in lines as long as they are.")
    var verbose = false

    func run() async throws {
        let files = try OutputFiles<ReportFormat>(reports: report, history: nil)
        try files.check()
        let outcome = try RecordedRun(contentsOf: run).judged()
        let report = outcome.report
        let terminal = files.takesStandardOutput ? Terminal.errors : .output
        let console = ConsoleReport(isColored: terminal.isColored, isVerbose: verbose)
        for result in report.cases where result.reason != CaseResult.interrupted {
            terminal.print(console.line(result))
        }
        terminal.print(report.problem == nil ? console.closing(report) : report.interruptionLine)
        try files.write(outcome.report, history: outcome.history)
        throw ExitCode(report.exitCode)
    }
}
