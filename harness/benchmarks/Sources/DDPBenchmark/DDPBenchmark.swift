import AllocationCounter
import BenchmarkTable
import Foundation

@main
struct DDPBenchmark {
    /// Messages must be read this many times faster into our types than by JSONSerialization into trees.
    static let readTarget = 5.0

    private var table = Table()
    private var rounds = 15
    private var milliseconds = 8.0
    private var orjson: [String: (loads: Double, dumps: Double)] = [:]

    static func main() {
        var benchmark = DDPBenchmark()
        if CommandLine.arguments.dropFirst() == ["--print-messages"] {
            for traffic in DDPTraffic.all { print("\(traffic.name)\t\(traffic.text)") }
            return
        }
        guard benchmark.readArguments() else {
            print("usage: harness/bench ddp [--rounds N] [--milliseconds N]  (for each contender and row)")
            exit(2)
        }
        benchmark.run()
    }

    private mutating func readArguments() -> Bool {
        var arguments = CommandLine.arguments.dropFirst()
        while let option = arguments.popFirst() {
            guard let value = arguments.popFirst() else { return false }
            switch (option, Int(value)) {
            case ("--rounds", let number?) where number > 0: rounds = number
            case ("--milliseconds", let number?) where number > 0: milliseconds = Double(number)
            case ("--orjson", _): readOrjson(value)
            default: return false
            }
        }
        return true
    }

    /// Lines of name, nanoseconds of `loads` and nanoseconds of `dumps`, as `orjson_speed.py` prints them.
    private mutating func readOrjson(_ path: String) {
        for line in ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").split(separator: "\n") {
            let cells = line.split(separator: "\t")
            guard cells.count == 3, let loads = Double(cells[1]), let dumps = Double(cells[2]) else { continue }
            orjson[String(cells[0])] = (loads, dumps)
        }
    }

    private mutating func run() {
        print(
            "CPU time of this process; best of \(rounds) rounds of \(Int(milliseconds)) ms in turn; ratios are of this run,"
                + " those to orjson of one just before")
        let columns = ["ns/message", "messages/s", "MB/s", "allocations", "× JSONSerialization"]
        table.heading("read", columns + ["× orjson.loads"])
        for traffic in DDPTraffic.all {
            let results = Stopwatch.compare(
                [
                    DDPContenders.messageReader(traffic), DDPContenders.jsonReader(traffic),
                    DDPContenders.ejsonReader(traffic), DDPContenders.foundationReader(traffic),
                ], rounds: rounds, millisecondsEach: milliseconds)
            let loads = orjson[traffic.name]?.loads
            for (what, result) in zip(["", " JSONValue", " EJSON", " JSONSerialization"], results) {
                line(
                    traffic, what, result, results[3], loads, what.isEmpty && traffic.isTypical ? Self.readTarget : nil)
            }
        }
        table.heading("write", columns + ["× orjson.dumps"])
        for traffic in DDPTraffic.all {
            let results = Stopwatch.compare(
                [DDPContenders.messageWriter(traffic), DDPContenders.foundationWriter(traffic)], rounds: rounds,
                millisecondsEach: milliseconds)
            for (what, result) in zip(["", " JSONSerialization"], results) {
                line(traffic, what, result, results[1], orjson[traffic.name]?.dumps, nil)
            }
        }
        table.finish()
        exit(table.missed == 0 ? 0 : 1)
    }

    private mutating func line(
        _ traffic: DDPTraffic, _ what: String, _ result: Measurement, _ foundation: Measurement, _ orjson: Double?,
        _ target: Double?
    ) {
        let ratio = foundation.nanoseconds / result.nanoseconds
        table.line(
            traffic.name + what,
            [
                Table.short(result.nanoseconds), Table.short(1e9 / result.nanoseconds),
                Table.short(Double(traffic.text.utf8.count) * 1e3 / result.nanoseconds),
                Table.short(result.allocations), target.map { table.judged(ratio, atLeast: $0) } ?? Table.short(ratio),
                orjson.map { Table.short($0 / result.nanoseconds) } ?? "-",
            ])
    }
}
