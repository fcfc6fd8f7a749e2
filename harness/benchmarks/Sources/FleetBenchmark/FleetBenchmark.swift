import BenchmarkProcess
import BenchmarkTable
import Foundation
import Glibc
import Subreaper

/// CPU and memory of many clients beside those of other load tools, which play as many in turns.
@main
struct FleetBenchmark {
    var table = Table(figures: "fleet")
    var rounds = 3
    var clients = 1_000
    var seconds = 4.0
    /// How many are idle, and between how many growth is measured.
    var crowd = (few: 2_000, many: 10_000)
    var growth = (few: 100, many: 10_000)
    private var rows = FleetRow.allCases
    private var programs: [String: String] = [:]
    let folder = FileManager.default.currentDirectoryPath + "/.build-bench/fleet"

    static func main() {
        var benchmark = FleetBenchmark()
        guard benchmark.readArguments() else {
            print(
                """
                usage: harness/bench fleet [--rounds N] [--clients N] [--seconds N] [--row NAME] [--quick]
                  --rounds   runs of each peer
                  --clients  those that talk; idle ones are 2000 and 10000
                  --seconds  of each run with clients that talk
                  --row      one of \(FleetRow.allCases.map(\.rawValue).joined(separator: ", "))
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
                (rounds, clients, seconds, crowd, growth) = (1, 100, 2, (200, 1_000), (100, 1_000))
                table.isLong = false
                continue
            }
            guard let value = arguments.popFirst() else { return false }
            switch (option, Int(value)) {
            case ("--rounds", let number?) where 1...50 ~= number: rounds = number
            case ("--clients", let number?) where 1...15_000 ~= number: clients = number
            case ("--seconds", let number?) where 1...60 ~= number: seconds = Double(number)
            case ("--row", _):
                guard let row = FleetRow(rawValue: value) else { return false }
                rows = [row]
            case ("--program", _):
                let pair = value.split(separator: "=", maxSplits: 1).map(String.init)
                guard pair.count == 2 else { return false }
                programs[pair[0]] = pair[1]
            default: return false
            }
        }
        return programs["EchoServer"] != nil && programs["stickler"] != nil
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
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for peer in FleetPeer.all where programs[peer.program] == nil { print("\(peer.name): not built, left out") }
        print(
            """
            user and system time and resident memory of all processes of each peer; medians of \(rounds) runs in turn with the \
            others
            raw NIO: a client on SwiftNIO that writes bytes made before, the handshake of ours among them, and counts what comes
            """)
        try SeenRequests.record(programs: programs, folder: folder)
        for row in rows {
            switch row {
            case .echo: try echo()
            case .growth: try grow()
            case .idle: try idle()
            case .sessions: try sessions()
            case .polling: try poll()
            }
            // Lines appear as they are measured, in a pipe too.
            fflush(nil)
        }
        table.finish()
        try table.keepFigures()
        return table.missed == 0
    }

    /// Those that can do this.
    func peers(_ mode: FleetPeer.Mode) -> [FleetPeer] {
        FleetPeer.all.filter { programs[$0.program] != nil && $0.modes.contains(mode) }
    }

    /// Lets a peer's clients connect, looks at the run, and ends it.
    func run<Value>(
        _ peer: FleetPeer, _ mode: FleetPeer.Mode, clients: Int, _ look: (PeerRun) throws -> Value
    ) throws -> Value {
        let run = try PeerRun(peer, mode, clients: clients, programs: programs, folder: folder)
        defer { run.stop() }
        return try look(run)
    }
}
