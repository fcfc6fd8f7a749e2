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
    private var rounds = 2
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
            "messages for each CPU second, \(batch) at a time",
            ["stickler", "node-sockjs", "floor", "floor × node-sockjs", "× CPU of floor", "× node-sockjs"])
        for transport in transports {
            var best = [Double](repeating: 0, count: commands.count)
            for _ in 0..<rounds {
                for (index, command) in commands.enumerated() {
                    best[index] = max(best[index], try measure(transport, batch, command))
                }
            }
            table.line(transport.rawValue, best.map(Table.short) + judged(best[0], peer: best[1], floor: best[2]))
            // Lines appear as they are measured, in a pipe too.
            fflush(nil)
        }
    }

    /// What the floor allows, and how far we are from it and from the peer; one of the two is judged.
    private mutating func judged(_ ours: Double, peer: Double, floor: Double) -> [String] {
        let allowed = "\(Table.short(floor / peer))×"
        if floor / peer >= Self.reachable {
            return [allowed, "\(Table.short(floor / ours))×", table.judged(ours / peer, atLeast: Self.target)]
        }
        return [
            allowed, table.judged(floor / ours, atMost: Self.shareOfFloor),
            "\(Table.short(ours / peer))× (the floor allows at most \(allowed))",
        ]
    }

    private func measure(
        _ transport: LoadTransport, _ batch: Int, _ command: ServerProcess.Command
    ) throws -> Double {
        let server = try ServerProcess(command)
        defer { server.stop() }
        // All events of the run fit in the node's execution log (200 000), so that it records to the end.
        let messages = transport == .websocket ? 100_000 : 30_000
        let plan = Load.Plan(
            transport: transport, sessions: sessions, batch: batch, warmUp: messages / 3, messages: messages)
        do {
            return try Load.run(
                plan, port: server.port, clock: server.clock, on: MultiThreadedEventLoopGroup.singleton.any())
        } catch {
            throw ServerProcess.Failure(description: "\(command.name), \(transport.rawValue): \(error)")
        }
    }
}
