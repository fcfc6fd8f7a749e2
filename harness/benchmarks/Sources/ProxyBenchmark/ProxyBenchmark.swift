import BenchmarkProcess
import BenchmarkTable
import Foundation

/// CPU and memory of the reference proxy beside those of other balancers, which pass the same load in turns.
@main
struct ProxyBenchmark {
    private var table = Table(figures: "proxy")
    private var rounds = 16
    private var rows = ProxyRow.all
    private var measuresMemory = true
    private var programs: [String: String] = [:]

    static func main() {
        var benchmark = ProxyBenchmark()
        guard benchmark.readArguments() else {
            print(
                """
                usage: harness/bench proxy [--rounds N] [--row NAME] [--quick]
                  --rounds  slices of load for each balancer, at least 3
                  --row     one of \(ProxyRow.all.map(\.name).joined(separator: ", ")), memory
                  --quick   three slices, which say less
                """)
            exit(2)
        }
        do {
            exit(try benchmark.run() ? 0 : 1)
        } catch {
            print("harness/bench proxy: \(error)")
            exit(2)
        }
    }

    private mutating func readArguments() -> Bool {
        var arguments = CommandLine.arguments.dropFirst()
        while let option = arguments.popFirst() {
            if option == "--quick" {
                rounds = 3
                table.isLong = false
                continue
            }
            guard let value = arguments.popFirst() else { return false }
            switch (option, Int(value)) {
            case ("--rounds", let number?) where 3...200 ~= number: rounds = number
            case ("--row", _) where value == "memory": rows = []
            case ("--row", _):
                rows = ProxyRow.all.filter { $0.name == value }
                measuresMemory = false
                if rows.isEmpty { return false }
            case ("--program", _):
                let pair = value.split(separator: "=", maxSplits: 1).map(String.init)
                guard pair.count == 2 else { return false }
                programs[pair[0]] = pair[1]
            default: return false
            }
        }
        return programs["EchoServer"] != nil
    }

    private mutating func run() throws -> Bool {
        let folder = try ProxyFolder()
        let contenders = Contender.all.filter { programs[$0.program] != nil }
        for absent in Contender.all where programs[absent.program] == nil {
            print("\(absent.name) is not installed, and left out")
        }
        print(
            """
            user and system time of each balancer's process, which has one thread for its connections; medians of \(rounds) \
            slices of load, in turns
            with the others; in brackets the middle half of them; client, balancer and server share one processor
            relay: two connections on SwiftNIO that get each other's bytes, with no look at them
            """)
        if !rows.isEmpty {
            let stage = try ProxyStage(contenders, programs: programs, folder: folder)
            defer { stage.stop() }
            for row in rows {
                let slices = try stage.measure(row, rounds: rounds)
                show(row, contenders, slices)
            }
        }
        if measuresMemory {
            let sizes = try contenders.map {
                try ProxyStage.bytesPerTunnel($0, programs: programs, folder: folder)
            }
            show(contenders, sizes)
        }
        table.finish()
        try table.keepFigures()
        return table.missed == 0
    }

    // MARK: Rows

    private mutating func show(_ row: ProxyRow, _ contenders: [Contender], _ slices: [[Slice]]) {
        table.heading(row.title, ["CPU \(row.unit)", "stickler takes", "\(row.countUnit)/s"])
        guard let ours = contenders.firstIndex(where: { $0.program == "stickler" }) else { return }
        var medians: [String: Double] = [:]
        for (index, contender) in contenders.enumerated() {
            let ratios = zip(slices[ours], slices[index]).map { $0.cpu / $1.cpu }
            let ratio = Sample.median(ratios)
            medians[contender.program] = ratio
            let half = [0.25, 0.75].map { Table.short(Sample.quantile(ratios, $0)) }.joined(separator: "–")
            let cpu = Sample.median(slices[index].map(\.cpu)) / Double(row.count) * row.scale
            let rate = Sample.median(slices[index].map { Double(row.count) / $0.wall * row.countScale * 1e9 })
            table.line(
                contender.name,
                [Table.short(cpu), index == ours ? "" : "\(Table.short(ratio))× (\(half))", Table.short(rate)])
        }
        judge(row.must) { medians[$0.program] }
    }

    private mutating func show(_ contenders: [Contender], _ bytes: [Double]) {
        table.heading(
            "resident memory of an idle tunnel, from \(ProxyStage.idleTunnels.few) to \(ProxyStage.idleTunnels.many)",
            ["KiB", "stickler takes"])
        guard let ours = contenders.firstIndex(where: { $0.program == "stickler" }) else { return }
        for (index, contender) in contenders.enumerated() {
            let ratio = "\(Table.short(bytes[ours] / bytes[index]))×"
            table.line(contender.name, [Table.short(bytes[index] / 1_024), index == ours ? "" : ratio])
        }
        judge([Bound(2.4, "RawRelay", share: 0.5)]) { bound in
            contenders.firstIndex { $0.program == bound.program }.map { bytes[ours] / (bytes[$0] * bound.share) }
        }
    }

    /// One of the bounds is enough.
    private mutating func judge(_ bounds: [Bound], _ ratio: (Bound) -> Double?) {
        let known = bounds.compactMap { bound in ratio(bound).map { (bound, $0) } }
        let text = known.map { "≤ \(Table.short($0.most)) × \($0.name) (\(Table.short($1))×)" }
        // Lines appear as they are measured, in a pipe too.
        defer { fflush(nil) }
        if known.isEmpty { return print("without HAProxy and the relay nothing is judged") }
        table.judge(text.joined(separator: " or "), known.contains { $1 <= $0.most })
    }
}
