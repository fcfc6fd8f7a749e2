/// The report of one shard of a run, with the name that people know it by, such as that of its file.
package struct StressPart: Sendable, Hashable {
    /// For messages.
    package var name: String
    /// What it has to say.
    package var report: StressReport

    /// A part.
    package init(name: String, report: StressReport) {
        self.name = name
        self.report = report
    }

    var result: StressResult { report.result }

    /// Why the run of this shard says nothing; nil if it says something. One that was interrupted says what it saw.
    var failure: String? {
        report.problem.flatMap { $0.exitCode == StressReport.Problem.interruptedCode ? nil : $0.message }
    }
}
