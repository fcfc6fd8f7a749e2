import Foundation
import NIOCore
import NIOPosix
import Wire

/// Debian's node-sockjs with the services of the SockJS test suite.
enum NodeSockJSServer {
    /// Runs the server, calls `body` with its address, and ends it.
    static func with<Result: Sendable>(
        options: [String: String] = [:], _ body: @Sendable @escaping (Endpoint) async throws -> Result
    ) async throws -> Result {
        let json = String(decoding: try JSONEncoder().encode(options), as: UTF8.self)
        let program = ForeignProgram(
            path: "/usr/bin/node",
            arguments: [
                "--no-deprecation", Harness.directory.appendingPathComponent("peers/sockjs_server.js").path, json,
            ],
            environment: ["NODE_PATH": "/usr/share/nodejs"])
        let (tail, lines) = (LineTail(), Mailbox<String>(limit: 1000))
        return try await withThrowingTaskGroup(of: Result.self) { group in
            group.addTask {
                let end = try await program.run { line in
                    tail.append(line)
                    lines.send(line)
                }
                try Task.checkCancellation()
                lines.finish(.closed("node-sockjs ended, \(end)"))
                throw BrowserError("node-sockjs ended by itself, \(end):\n\(tail.text)")
            }
            group.addTask {
                let line = try await lines.next(
                    within: .seconds(10), on: MultiThreadedEventLoopGroup.singleton.next(),
                    awaiting: "the port of node-sockjs")
                let port = try JSONDecoder().decode([String: Int].self, from: Data(line.utf8))["port"]
                guard let port else { throw BrowserError("node-sockjs printed no port: \(line)") }
                return try await body(Endpoint(host: "127.0.0.1", port: port))
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() else { throw CancellationError() }
            return result
        }
    }
}
