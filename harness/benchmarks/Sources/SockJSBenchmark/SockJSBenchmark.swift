import BenchmarkTable
import Foundation
import NIOPosix

@main
struct SockJSBenchmark {
    /// How many times node-sockjs's messages for each CPU second are wanted.
    static let target = 3.0
    /// A row in which a server that only reads and writes stays below this is judged by what that server costs:
    /// whoever does more can't reach the target there.
    static let reachable = 1.1 * target
    /// How many times the CPU time of that server is allowed in such a row.
    static let shareOfFloor = 1.6

    private var table = Table()
    private var rounds = 15
    private var sessions = 50
    private var batches = [1, 10]
    private var transports = LoadTransport.allCases
    private var stickler = ""
    private var peer = ""
    private var floor = ""

    static func main() {
        var benchmark = SockJSBenchmark()
        guard benchmark.readArguments() else {
            print(
                """
                usage: harness/bench sockjs [--rounds N] [--sessions N] [--batch N] [--transport NAME]
                  --batch  messages a session sends at once; each is a WebSocket message, or all are one request
                """)
            exit(2)
        }
        do {
            exit(try benchmark.run() ? 0 : 1)
        } catch {
            print("harness/bench sockjs: \(error)")
            exit(2)
        }
    }

    private mutating func readArguments() -> Bool {
        var arguments = CommandLine.arguments.dropFirst()
        while let option = arguments.popFirst() {
            guard let value = arguments.popFirst() else { return false }
            let number = Int(value).flatMap { (1...1_000).contains($0) ? $0 : nil }
            switch (option, number, LoadTransport(rawValue: value)) {
            case ("--stickler", _, _): stickler = value
            case ("--peer", _, _): peer = value
            case ("--floor", _, _): floor = value
            case ("--rounds", let number?, _): rounds = number
            case ("--sessions", let number?, _): sessions = number
            case ("--batch", let number?, _): batches = [number]
            case ("--transport", _, let transport?): transports = [transport]
            default: return false
            }
        }
        return !stickler.isEmpty && !peer.isEmpty && !floor.isEmpty
    }

    private mutating func run() throws -> Bool {
        let commands = [
            ServerProcess.Command(
                name: "stickler node", executable: stickler, arguments: ["node", "--listen", "127.0.0.1:0"]),
            ServerProcess.Command(
                name: "node-sockjs", executable: "/usr/bin/env", arguments: ["node", "--no-deprecation", peer],
                environment: ["NODE_PATH": "/usr/share/nodejs"]),
            ServerProcess.Command(name: "floor", executable: floor, arguments: []),
        ]
        print(
            "echo of 64 B messages in \(sessions) sessions; the client is one process, the server another; best of "
                + "\(rounds) rounds in turn, each with a new server")
        print("floor: a server that only reads what comes and writes as much as stickler does, in one thread")
        for batch in batches { try run(batch, commands) }
        table.finish()
        return table.missed == 0
    }

    private mutating func run(_ batch: Int, _ commands: [ServerProcess.Command]) throws {
        table.heading(
            "messages for each CPU second of the server, \(batch) at a time",
            ["stickler", "node-sockjs", "floor", "floor × node-sockjs", "× CPU of floor", "× node-sockjs"])
        for transport in transports {
            let slices = try measure(Load.Plan(transport: transport, sessions: sessions, batch: batch), commands)
            let speeds = slices.map { of in Self.median(of.map(\.perCPUSecond)) }
            func ratio(_ one: Int, _ other: Int) -> Double {
                Self.median(zip(slices[one], slices[other]).map { $0.perCPUSecond / $1.perCPUSecond })
            }
            print(slices.map { "\(Self.median($0.map(\.perSecond)))" })
            table.line(
                transport.rawValue,
                speeds.map(Table.short) + judged(ratio(0, 1), ratio(2, 1), ratio(2, 0)))
            // Lines appear as they are measured, in a pipe too.
            fflush(nil)
        }
    }

    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    /// What the floor allows, and how far we are from it and from the peer; one of the two is judged.
    private mutating func judged(_ ours: Double, _ floor: Double, _ share: Double) -> [String] {
        let allowed = "\(Table.short(floor))×"
        if floor >= Self.reachable {
            return [allowed, "\(Table.short(share))×", table.judged(ours, atLeast: Self.target)]
        }
        return [
            allowed, table.judged(share, atMost: Self.shareOfFloor),
            "\(Table.short(ours))× (the floor allows at most \(allowed))",
        ]
    }

    /// For each server its slices, which alternate with those of the others.
    private func measure(_ plan: Load.Plan, _ commands: [ServerProcess.Command]) throws -> [[Load.Slice]] {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        var servers: [ServerProcess] = []
        defer { for server in servers { server.stop() } }
        for command in commands { servers.append(try ServerProcess(command)) }
        let loads = try servers.map { try Load.connect(plan, port: $0.port, clock: $0.clock, on: loop) }
        var slices = [[Load.Slice]](repeating: [], count: commands.count)
        let messages = plan.transport == .websocket || plan.batch > 1 ? 8_000 : 3_000
        for round in -12..<rounds {
            for (index, load) in loads.enumerated() where round >= -3 || index == 1 {
                do {
                    let slice = try Load.slice(load, messages: messages, on: loop)
                    if round >= 0 { slices[index].append(slice) }
                } catch {
                    throw ServerProcess.Failure(
                        description: "\(commands[index].name), \(plan.transport.rawValue): \(error)")
                }
            }
        }
        for load in loads { try Load.close(load, on: loop) }
        return slices
    }
}
