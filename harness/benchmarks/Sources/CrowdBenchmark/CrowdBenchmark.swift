import BenchmarkProcess
import BenchmarkTable
import Foundation

/// As many clients as a process may have files for, while a node is killed and brought back: whether all come back, whether
/// a rule is violated, and whether memory stays what it is.
@main
struct CrowdBenchmark {
    private var table = Table(figures: "crowd")
    private var seconds = 300
    private var share = 1.0
    private var crowds = Crowd.all
    private var program = ""
    private let folder = FileManager.default.currentDirectoryPath + "/.build-bench/crowd"

    static func main() {
        var benchmark = CrowdBenchmark()
        guard benchmark.readArguments() else {
            print(
                """
                usage: harness/bench crowd [--seconds N] [--row NAME] [--quick]
                  --seconds  of each run, behind the time in which clients arrive
                  --row      one of \(Crowd.all.map(\.name).joined(separator: ", "))
                  --quick    a tenth of the clients, for 30 seconds
                """)
            exit(2)
        }
        do {
            exit(try benchmark.run() ? 0 : 1)
        } catch {
            print("harness/bench crowd: \(error)")
            exit(2)
        }
    }

    private mutating func readArguments() -> Bool {
        var arguments = CommandLine.arguments.dropFirst()
        while let option = arguments.popFirst() {
            if option == "--quick" {
                (seconds, share, table.isLong) = (30, 0.1, false)
                continue
            }
            guard let value = arguments.popFirst() else { return false }
            switch (option, Int(value)) {
            case ("--seconds", let number?) where 20...3_600 ~= number:
                seconds = number
                table.isLong = number >= 300
            case ("--row", _):
                crowds = Crowd.all.filter { $0.name == value }
                if crowds.isEmpty { return false }
            case ("--program", _) where value.hasPrefix("stickler="): program = String(value.dropFirst(9))
            default: return false
            }
        }
        return !program.isEmpty
    }

    private mutating func run() throws -> Bool {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for crowd in crowds {
            let run = CrowdRun(
                crowd, clients: Int(Double(crowd.clients) * share), seconds: seconds, program: program, folder: folder)
            show(run, try run.outcome())
            // Lines appear as they are measured, in a pipe too.
            fflush(nil)
        }
        table.finish()
        try table.keepFigures()
        return table.missed == 0
    }

    private mutating func show(_ run: CrowdRun, _ outcome: CrowdRun.Outcome) {
        let report = outcome.report
        table.heading("\(run.clients) clients \(run.crowd.way), for \(seconds) s; \(run.fault)", [])
        table.line("sessions", ["\(report.counts.opened) opened, \(report.counts.endedByFault) ended by the fault"])
        table.line(
            "messages", ["\(report.counts.answered) came back, \(report.counts.interrupted) cut off by the fault"])
        table.line("longest stall of our own", [Table.short(report.ownStalls.max() ?? 0) + " s"])
        let violations = report.counts.violations.map { "\($0.key) \($0.value)" }.sorted().joined(separator: ", ")
        table.judge("without a violation (\(violations.isEmpty ? "none" : violations))", violations.isEmpty)
        table.judge(
            "that every client is back at the end (\(report.connected) of \(run.clients))",
            report.connected == run.clients && report.counts.clients == run.clients)
        table.judge("exit code 0 (\(report.exitCode))", report.exitCode == 0)
        for memory in outcome.memory {
            let growth = memory.growth(over: outcome.window)
            table.judge(
                "≤ \(Int(CrowdRun.mostGrowth * 100)) % more memory over the last \(Int(outcome.window)) s: \(memory.name) "
                    + "(\(Table.size(Int(memory.last))), \(Table.short(growth * 100)) %)",
                growth <= CrowdRun.mostGrowth)
        }
        print("reports and output: \(run.files)*")
    }
}
