import BenchmarkProcess
import BenchmarkTable
import Foundation
import NIOPosix

@main
struct SockJSBenchmark {
    /// How many times node-sockjs's messages for each CPU second are wanted.
    ///
    /// Nothing is wanted where a WebSocket carries one message and waits: the kernel's share alone is half of what
    /// `stickler node` takes for that, and the event loop most of the rest, so that the row measures these two.
    static func target(_ plan: Load.Plan) -> Double? {
        plan.transport == .websocket && plan.batch == 1 ? nil : 3
    }

    /// Slices that do not count; V8 takes its time to compile what is hot.
    private let warmUp = (peer: 12, others: 3)

    /// What the node's execution log holds of all slices: it must record to the end.
    static let mostRounds = 15

    private var table = Table()
    private var rounds = mostRounds
    private var sessions = 50
    private var batches = [10, 1]
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
                  --rounds    slices of load for each server, at most \(mostRounds)
                  --sessions  at most 100
                  --batch     messages a session sends at once, at most 10; each is a WebSocket message, or all are one
                              request
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
            switch (option, Int(value), LoadTransport(rawValue: value)) {
            case ("--stickler", _, _): stickler = value
            case ("--peer", _, _): peer = value
            case ("--floor", _, _): floor = value
            case ("--rounds", let number?, _) where 1...Self.mostRounds ~= number: rounds = number
            case ("--sessions", let number?, _) where 1...100 ~= number: sessions = number
            case ("--batch", let number?, _) where 1...10 ~= number: batches = [number]
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
            """
            echo of 64 B messages in \(sessions) sessions; the client is one process, the server another, and they take turns;
            medians of \(rounds) slices of load, each server's beside those of the others
            floor: a server that only reads what comes and writes as much as stickler does, in one thread
            """)
        for batch in batches { try run(batch, commands) }
        table.finish()
        return table.missed == 0
    }

    private mutating func run(_ batch: Int, _ commands: [ServerProcess.Command]) throws {
        table.heading(
            "messages for each second of the server's CPU, \(batch) at a time",
            ["stickler", "node-sockjs", "floor", "× CPU of floor", "× node-sockjs", "messages/s", "node-sockjs's"])
        for transport in transports {
            let plan = Load.Plan(transport: transport, sessions: sessions, batch: batch)
            let slices = try measure(plan, commands)
            let ratio = Sample.median(zip(slices[0], slices[1]).map { $0.perCPUSecond / $1.perCPUSecond })
            let share = Sample.median(zip(slices[0], slices[2]).map { $1.perCPUSecond / $0.perCPUSecond })
            table.line(
                transport.rawValue,
                slices.map { Table.short(Sample.median($0.map(\.perCPUSecond))) } + [
                    "\(Table.short(share))×",
                    Self.target(plan).map { table.judged(ratio, atLeast: $0) } ?? "\(Table.short(ratio))× (no target)",
                ] + slices.prefix(2).map { Table.short(Sample.median($0.map(\.perSecond))) })
            // Lines appear as they are measured, in a pipe too.
            fflush(nil)
        }
    }

    /// For each server its slices, which alternate with those of the others.
    private func measure(_ plan: Load.Plan, _ commands: [ServerProcess.Command]) throws -> [[Load.Slice]] {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        var servers: [ServerProcess] = []
        defer { for server in servers { server.stop() } }
        for command in commands { servers.append(try ServerProcess(command)) }
        let loads = try servers.map { try Load.connect(plan, port: $0.port, clock: $0.clock, on: loop) }
        var slices = [[Load.Slice]](repeating: [], count: commands.count)
        let messages = plan.transport == .websocket ? 8_000 : plan.batch == 1 ? 3_000 : 6_000
        for round in -warmUp.peer..<rounds {
            for (index, load) in loads.enumerated() where round >= (index == 1 ? -warmUp.peer : -warmUp.others) {
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
