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
    private let log: String
    private var tree: ProcessTree

    /// Starts it; returns when all its clients are connected.
    init(_ peer: FleetPeer, _ mode: FleetPeer.Mode, clients: Int, programs: [String: String], folder: String) throws {
        self.mode = mode
        server = try ServerProcess(Self.server(for: mode, programs))
        tree = ProcessTree(excluding: [pid_t(server.identifier)])
        let order = FleetPeer.Order(port: server.port, clients: clients, mode: mode, folder: folder)
        log = "\(folder)/\(peer.program)-\(mode.rawValue).log"
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
            try waitUntilConnected(clients, "\(peer.name) with \(clients) clients (\(mode.rawValue)); see \(log)")
        } catch {
            stop()
            throw error
        }
    }

    private static func server(for mode: FleetPeer.Mode, _ programs: [String: String]) -> ServerProcess.Command {
        mode.needsNode
            ? .init(
                name: "stickler node", executable: programs["stickler"] ?? "",
                arguments: ["node", "--listen", "127.0.0.1:0"])
            : .init(name: "EchoServer", executable: programs["EchoServer"] ?? "", arguments: [])
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
        switch mode {
        case .echo, .idle, .idlePolling: try EchoCounters(port: server.port).upgrades
        case .polling: try EchoCounters(port: server.port).messages
        case .idleMeteor: try openSessions()
        }
    }

    /// What `stickler stress` said last of its sessions, every few seconds.
    private func openSessions() throws -> Int {
        let text = try String(contentsOfFile: log, encoding: .utf8)
        // Thousands are set apart.
        return text.matches(of: /([0-9][0-9\s]*) open/).last.flatMap { Int($0.1.filter(\.isNumber)) } ?? 0
    }

    /// Nanoseconds of CPU of the peer's processes.
    func cpu() -> Double { tree.cpu() }

    func residentBytes() -> Double { tree.residentBytes() }

    /// What passed in this time, and what it took.
    func measure(seconds: Double) throws -> (messages: Double, cpu: Double, seconds: Double) {
        let (before, cpu, start) = (try EchoCounters(port: server.port), tree.cpu(), ContinuousClock.now)
        usleep(useconds_t(seconds * 1e6))
        let (after, spent) = (try EchoCounters(port: server.port), tree.cpu() - cpu)
        let messages = after.messages - before.messages
        guard messages > 0 else {
            throw ServerProcess.Failure(description: "nothing passed in \(seconds) s; see \(log)")
        }
        return (Double(messages), spent, start.duration(to: .now) / .seconds(1))
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
