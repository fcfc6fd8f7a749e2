import Clocks
import Foundation
import Glibc
import NIOCore
import NIOPosix
import Subprocess
import Synchronization
import SystemPackage
import TestSupport
import Wire

@testable import Discovery

/// A real etcd on an address and with a folder of its own, which is stopped, killed, frozen and started again.
final class EtcdServer: Sendable {
    private struct Process {
        var id: pid_t
        var run: Task<Void, any Error>
    }

    static let inCI = ProcessInfo.processInfo.environment["CI"] != nil
    /// Whether its tests run: where it is installed, and in CI.
    static let isTested = inCI || FileManager.default.fileExists(atPath: path)
    private static let path = "/usr/bin/etcd"

    let endpoint: Endpoint
    private let directory: String
    private let process = Mutex<Process?>(nil)

    private init(_ directory: String) {
        self.directory = directory
        // Nobody else takes addresses of 127.88/16, and hardly two of them the same.
        let host = "127.88.\(Int.random(in: 1...254)).\(Int.random(in: 1...254))"
        endpoint = Endpoint(host: host, port: 12_379)
    }

    /// Runs one, and ends it after `body`.
    static func with<Value: Sendable>(_ body: @Sendable (EtcdServer) async throws -> Value) async throws -> Value {
        try await withTemporaryDirectory { directory in
            let server = EtcdServer(directory)
            try await server.start()
            do {
                let value = try await body(server)
                await server.end(SIGKILL)
                return value
            } catch {
                await server.end(SIGKILL)
                throw error
            }
        }
    }

    var address: EtcdAddress { get throws { try EtcdAddress(parsing: "etcd://\(endpoint)/test") } }

    /// Starts it with the records that it had, and waits until it serves.
    func start() async throws {
        let (lines, ids) = (Mailbox<String>(limit: 1_000), Mailbox<pid_t>(limit: 1))
        let command = arguments
        let run = Task {
            var options = PlatformOptions()
            options.teardownSequence = [.send(signal: .kill, allowedDurationToNextStep: .seconds(1))]
            // The kernel ends it when we are killed without a chance to do it.
            let guarded = ["--pdeathsig", "KILL", "--", Self.path] + command
            _ = try await Subprocess.run(
                .path("/usr/bin/setpriv"), arguments: .init(guarded), platformOptions: options, input: .none,
                output: .sequence, error: .combinedWithOutput
            ) { execution in
                ids.send(execution.processIdentifier.value)
                for try await line in execution.standardOutput.strings() { lines.send(line) }
            }
            lines.finish(.closed("etcd ended"))
        }
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let id = try await ids.next(within: .seconds(20), on: loop, awaiting: "the start of etcd")
        process.withLock { $0 = Process(id: id, run: run) }
        repeat {
            let line = try await lines.next(within: .seconds(20), on: loop, awaiting: "etcd to serve")
            if line.contains("serving insecure client") || line.contains("serving client traffic insecurely") { break }
        } while true
    }

    private var arguments: [String] {
        let (clients, peers) = ("http://\(endpoint)", "http://\(endpoint.host):12380")
        return [
            "--data-dir", "\(directory)/data", "--listen-client-urls", clients, "--advertise-client-urls", clients,
            "--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers,
            "--initial-cluster", "default=\(peers)",
            // A leader is there at once, and leases may be as short as a second.
            "--heartbeat-interval", "10", "--election-timeout", "100",
        ]
    }

    /// Sends a signal.
    func signal(_ signal: Int32) {
        if let id = process.withLock({ $0?.id }), id > 1 { kill(id, signal) }
    }

    /// Ends it with this signal, and waits for its end.
    func end(_ signal: Int32) async {
        self.signal(signal)
        // How it ended is no matter.
        _ = await process.withLock { $0.take() }?.run.result
    }

    /// Loses all that it has written; it must not run.
    func wipe() throws { try FileManager.default.removeItem(atPath: "\(directory)/data") }

    /// Asks it as any other program might, with texts for keys and values.
    func ask(_ path: String, _ json: String) async throws -> String {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let connection = try await HTTPConnection.open(ConnectionFactory(target: endpoint), on: loop)
        let body = ByteBuffer(string: json)
        let answer = try await connection.send(
            ClientRequest(
                method: "POST", target: "/v3\(path)",
                headers: [("Host", "\(endpoint)"), ("Content-Length", "\(body.readableBytes)")], body: body),
            within: .seconds(10))
        await connection.close()
        return String(buffer: answer.body)
    }

    static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

    func put(_ key: String, _ value: String) async throws {
        _ = try await ask("/kv/put", #"{"key":"\#(Self.base64(key))","value":"\#(Self.base64(value))"}"#)
    }

    func delete(_ key: String) async throws {
        _ = try await ask("/kv/deleterange", #"{"key":"\#(Self.base64(key))"}"#)
    }

    /// How many keys there are.
    func count() async throws -> Int {
        struct Answer: Decodable { var count: String? }
        let answer = try await ask("/kv/range", #"{"key":"AA==","range_end":"AA==","count_only":true}"#)
        return Int(try JSONDecoder().decode(Answer.self, from: Data(answer.utf8)).count ?? "0") ?? -1
    }

    /// Forgets all changes up to now.
    func compact() async throws {
        struct Answer: Decodable {
            struct Header: Decodable { var revision: String }
            var header: Header
        }
        let answer = try await ask("/kv/range", #"{"key":"AA=="}"#)
        let revision = try JSONDecoder().decode(Answer.self, from: Data(answer.utf8)).header.revision
        _ = try await ask("/kv/compaction", #"{"revision":"\#(revision)"}"#)
    }
}
