import BenchmarkProcess
import BenchmarkTable
import Foundation
import Glibc
import Subreaper

/// CPU and memory of many clients beside those of other load tools, which play as many in turns.
@main
struct FleetBenchmark {
    private var table = Table()
    private var rounds = 3
    private var clients = 1_000
    private var seconds = 4.0
    private var crowd = (few: 2_000, many: 10_000)
    private var rows: [FleetPeer.Mode] = [.echo, .idle, .requests]
    private var programs: [String: String] = [:]

    static func main() {
        var benchmark = FleetBenchmark()
        guard benchmark.readArguments() else {
            print(
                """
                usage: harness/bench fleet [--rounds N] [--clients N] [--seconds N] [--row echo|idle|requests] [--quick]
                  --rounds   runs of each peer
                  --clients  those that talk; idle ones are 2000 and 10000
                  --seconds  of each run with clients that talk
                  --quick    one round, two seconds, and a tenth of the clients
                """)
            exit(2)
        }
        endWithChildren()
        do {
            exit(try benchmark.run() ? 0 : 1)
        } catch {
            print("harness/bench fleet: \(error)")
            ProcessTree(excluding: []).end()
            exit(2)
        }
    }

    private mutating func readArguments() -> Bool {
        var arguments = CommandLine.arguments.dropFirst()
        while let option = arguments.popFirst() {
            if option == "--quick" {
                (rounds, clients, seconds, crowd) = (1, 100, 2, (200, 1_000))
                continue
            }
            guard let value = arguments.popFirst() else { return false }
            switch (option, Int(value)) {
            case ("--rounds", let number?) where 1...50 ~= number: rounds = number
            case ("--clients", let number?) where 1...15_000 ~= number: clients = number
            case ("--seconds", let number?) where 1...60 ~= number: seconds = Double(number)
            case ("--row", _):
                guard let row = FleetPeer.Mode(rawValue: value) else { return false }
                rows = [row]
            case ("--program", _):
                let pair = value.split(separator: "=", maxSplits: 1).map(String.init)
                guard pair.count == 2 else { return false }
                programs[pair[0]] = pair[1]
            default: return false
            }
        }
        return programs["EchoServer"] != nil
    }

    /// Peers start programs of their own, some of them in the background.
    private static func endWithChildren() {
        if become_subreaper() == 0 { print("what peers leave in the background can't be found; end it by hand") }
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                ProcessTree(excluding: []).end()
                exit(130)
            }
            source.resume()
            interruptions.append(source)
        }
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    // Only `main` writes it, before anything else runs.
    nonisolated(unsafe) private static var interruptions: [any DispatchSourceSignal] = []

    private mutating func run() throws -> Bool {
        let folder = FileManager.default.currentDirectoryPath + "/.build-bench/fleet"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for peer in FleetPeer.all where programs[peer.program] == nil { print("\(peer.name): not built, left out") }
        print(
            """
            user and system time and resident memory of all processes of each peer; medians of \(rounds) runs in turn with the \
            others
            raw NIO: a client on SwiftNIO that writes bytes made before and counts what comes
            """)
        for row in rows {
            let peers = FleetPeer.all.filter { programs[$0.program] != nil && $0.modes.contains(row) }
            switch row {
            case .echo: try echo(peers, folder)
            case .idle: try idle(peers, folder)
            case .requests: try requests(peers, folder)
            }
        }
        table.finish()
        return table.missed == 0
    }

    // MARK: Rows

    private mutating func echo(_ peers: [FleetPeer], _ folder: String) throws {
        let runs = try talk(peers, .echo, folder)
        table.heading(
            "texts of 32 B there and back, one at a time from each of \(clients) clients",
            ["CPU s/100 000", "× raw NIO", "each/s"])
        show(peers, runs, scale: 1e5)
        must(
            peers, [("RawClient", 1.25), ("tsung", 1 / 3), ("k6", 1 / 5), ("picows", 1.2)],
            runs.mapValues { $0.map(\.cost) }, "CPU")
    }

    private mutating func requests(_ peers: [FleetPeer], _ folder: String) throws {
        let runs = try talk(peers, .requests, folder)
        table.heading(
            "requests of SockJS's xhr-polling, one at a time from each of \(clients) clients",
            ["CPU s/100 000", "× raw NIO", "each/s"])
        show(peers, runs, scale: 1e5)
        must(peers, [("wrk", 1.5)], runs.mapValues { $0.map(\.cost) }, "CPU")
    }

    private func talk(
        _ peers: [FleetPeer], _ mode: FleetPeer.Mode, _ folder: String
    ) throws -> [String: [(cost: Double, rate: Double)]] {
        var runs: [String: [(cost: Double, rate: Double)]] = [:]
        for _ in 0..<rounds {
            for peer in peers {
                let run = try PeerRun(peer, mode, clients: clients, programs: programs, folder: folder)
                defer { run.stop() }
                // Until all are under way.
                usleep(1_000_000)
                let result = try run.measure(seconds: seconds)
                runs[peer.program, default: []].append(
                    (result.cpu / result.operations, result.operations / result.seconds))
            }
        }
        return runs
    }

    private mutating func show(
        _ peers: [FleetPeer], _ runs: [String: [(cost: Double, rate: Double)]], scale: Double
    ) {
        for peer in peers {
            let (ours, floor) = (runs[peer.program] ?? [], runs["RawClient"] ?? [])
            let ratio = Sample.median(zip(ours, floor).map { $0.cost / $1.cost })
            table.line(
                peer.name,
                [
                    Table.short(Sample.median(ours.map(\.cost)) * scale / 1e9),
                    floor.isEmpty || peer.program == "RawClient" ? "" : "\(Table.short(ratio))×",
                    Table.short(Sample.median(ours.map(\.rate))),
                ])
        }
        fflush(nil)
    }

    private mutating func idle(_ peers: [FleetPeer], _ folder: String) throws {
        var bytes: [String: [Double]] = [:]
        var costs: [String: [Double]] = [:]
        for _ in 0..<rounds {
            for peer in peers {
                var sizes: [(bytes: Double, cpu: Double)] = []
                for count in [crowd.few, crowd.many] {
                    let run = try PeerRun(peer, .idle, clients: count, programs: programs, folder: folder)
                    defer { run.stop() }
                    let cpu = run.cpu()
                    // What collects garbage or grows buffers does so now.
                    usleep(2_000_000)
                    sizes.append((run.residentBytes(), cpu))
                }
                let more = Double(crowd.many - crowd.few)
                bytes[peer.program, default: []].append((sizes[1].bytes - sizes[0].bytes) / more)
                costs[peer.program, default: []].append((sizes[1].cpu - sizes[0].cpu) / more)
            }
        }
        table.heading(
            "idle WebSockets, from \(crowd.few) to \(crowd.many)", ["KiB each", "connects/CPU s", "× raw NIO"])
        for peer in peers {
            let (ours, floor) = (costs[peer.program] ?? [], costs["RawClient"] ?? [])
            let ratio = Sample.median(zip(ours, floor).map { $1 / $0 })
            table.line(
                peer.name,
                [
                    Table.short(Sample.median(bytes[peer.program] ?? []) / 1_024),
                    Table.short(1e9 / Sample.median(ours)),
                    floor.isEmpty || peer.program == "RawClient" ? "" : "\(Table.short(ratio))×",
                ])
        }
        if let ours = bytes["stickler"].map(Sample.median) {
            table.judge("≤ 6 KiB each (\(Table.short(ours / 1_024)))", ours <= 6 * 1_024)
        }
        must(peers, [("RawClient", 1 / 0.8), ("tsung", 1 / 1.7), ("k6", 1 / 4)], costs, "CPU for a connect")
        fflush(nil)
    }

    /// Says of each bound whether the first peer, ours, keeps it.
    private mutating func must(
        _ peers: [FleetPeer], _ bounds: [(program: String, most: Double)], _ costs: [String: [Double]], _ what: String
    ) {
        guard let ours = costs["stickler"] else { return }
        for bound in bounds {
            guard let theirs = costs[bound.program], let peer = peers.first(where: { $0.program == bound.program })
            else { continue }
            let ratio = Sample.median(zip(ours, theirs).map { $0 / $1 })
            table.judge(
                "≤ \(Table.short(bound.most)) × \(peer.name)'s \(what) (\(Table.short(ratio))×)", ratio <= bound.most)
        }
    }
}
