import BenchmarkProcess
import Foundation
import Glibc

/// One run of a peer with a server of its own.
final class PeerRun {
    /// How long a peer may take to connect all clients.
    private static let patience = Duration.seconds(120)

    private let server: ServerProcess
    private let process: ServerProcess
    private let mode: FleetPeer.Mode
    private var tree: ProcessTree

    /// Starts it; returns when all its clients are connected.
    init(_ peer: FleetPeer, _ mode: FleetPeer.Mode, clients: Int, programs: [String: String], folder: String) throws {
        self.mode = mode
        server = try ServerProcess(.init(name: "EchoServer", executable: programs["EchoServer"] ?? "", arguments: []))
        tree = ProcessTree(excluding: [pid_t(server.identifier)])
        let order = FleetPeer.Order(port: server.port, clients: clients, mode: mode, folder: folder)
        let log = "\(folder)/\(peer.program).log"
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        do {
            guard let handle = FileHandle(forWritingAtPath: log) else {
                throw ServerProcess.Failure(description: "\(log) can't be written")
            }
            process = try ServerProcess(
                .init(name: peer.name, executable: programs[peer.program] ?? "", arguments: peer.arguments(order)),
                port: server.port, log: handle)
        } catch {
            server.stop()
            throw error
        }
        do {
            try waitUntilConnected(clients, "\(peer.name) with \(clients) clients; see \(log)")
        } catch {
            stop()
            throw error
        }
    }

    private func waitUntilConnected(_ clients: Int, _ what: String) throws {
        let end = ContinuousClock.now + Self.patience
        while try count() < clients {
            guard process.isRunning, .now < end else {
                throw ServerProcess.Failure(
                    description: "\(what): \(try count()) connected, and \(process.isRunning ? "no more" : "it ended")")
            }
            // The server is asked, and can't tell by itself.
            usleep(50_000)
        }
    }

    /// How many clients have come.
    private func count() throws -> Int {
        let counters = try EchoCounters(port: server.port)
        return mode == .requests ? counters.requests : counters.upgrades
    }

    /// Nanoseconds of CPU of the peer's processes.
    func cpu() -> Double { tree.cpu() }

    func residentBytes() -> Double { tree.residentBytes() }

    /// What passed in this time, and what it took.
    func measure(seconds: Double) throws -> (operations: Double, cpu: Double, seconds: Double) {
        let (before, cpu, start) = (try EchoCounters(port: server.port), tree.cpu(), ContinuousClock.now)
        usleep(useconds_t(seconds * 1e6))
        let (after, spent) = (try EchoCounters(port: server.port), tree.cpu() - cpu)
        let operations =
            mode == .requests ? after.requests - before.requests : after.messages - before.messages
        guard operations > 0 else { throw ServerProcess.Failure(description: "nothing passed in \(seconds) s") }
        return (Double(operations), spent, start.duration(to: .now) / .seconds(1))
    }

    func stop() {
        // First, since Foundation waits for all that have inherited a socket of the process.
        tree.end()
        process.stop()
        // Those that others left behind.
        while waitpid(-1, nil, WNOHANG) > 0 {}
        server.stop()
    }
}
