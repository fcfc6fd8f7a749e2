import Foundation
import NIOCore
import NIOPosix
import TestSupport
import Wire

/// Debian's node-sockjs with the services of the SockJS test suite.
enum NodeSockJSServer {
    /// What every service of a server is told; what is left out is as node-sockjs has it.
    struct Options: Encodable, Sendable {
        /// What it calls itself in X-Stickler-Node.
        var id: String?
        /// Script that its iframe page loads.
        var scriptURL: String?
        /// Milliseconds.
        var heartbeatDelay: Int?

        private enum CodingKeys: String, CodingKey {
            case id
            case scriptURL = "sockjs_url"
            case heartbeatDelay = "heartbeat_delay"
        }
    }

    /// Runs so many servers, `n1` and so on, calls `body` with their addresses, and ends them.
    static func with<Result: Sendable>(
        _ count: Int, options: Options = Options(), before: [Endpoint] = [],
        _ body: @Sendable @escaping ([Endpoint]) async throws -> Result
    ) async throws -> Result {
        if before.count == count { return try await body(before) }
        var named = options
        named.id = "n\(before.count + 1)"
        return try await with(options: named) { try await with(count, options: options, before: before + [$0], body) }
    }

    /// Runs the server, calls `body` with its address, and ends it.
    static func with<Result: Sendable>(
        options: Options = Options(), _ body: @Sendable @escaping (Endpoint) async throws -> Result
    ) async throws -> Result {
        let json = String(decoding: try JSONEncoder().encode(options), as: UTF8.self)
        let program = ForeignProgram(
            path: "/usr/bin/node",
            arguments: [
                "--no-deprecation", Checkout.harness("peers/sockjs_server.js").path, json,
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
