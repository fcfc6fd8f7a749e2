import Foundation
import Subprocess
import Wire

/// Debian's node-sockjs 0.3.24, the server that Meteor ships, as a process of its own.
struct NodeSockJS: Sendable {
    /// Where it accepts.
    var endpoint: Endpoint
    /// Its name in X-Stickler-Node.
    var id: String

    private struct Announcement: Decodable {
        var listen: String
        var sockjs: String
    }

    /// The root of this checkout.
    static let checkout = (1...3).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        .path
    static let inCI = ProcessInfo.processInfo.environment["CI"] != nil
    static let isTested = inCI || DebianPackage.nodeSockJS.isInstalled

    /// Runs so many servers, `n1` and so on, for the time of `body`.
    static func with<Value: Sendable>(
        _ count: Int = 1, heartbeat: Duration = .seconds(25), before: [NodeSockJS] = [],
        _ body: @escaping @Sendable ([NodeSockJS]) async throws -> Value
    ) async throws -> Value {
        if before.count == count { return try await body(before) }
        let id = "n\(before.count + 1)"
        let milliseconds = Int(heartbeat / .milliseconds(1))
        let result = try await Subprocess.run(
            .path("/usr/bin/node"),
            arguments: ["\(checkout)/harness/peers/sockjs_server.js", id, "127.0.0.1", "\(milliseconds)"],
            environment: .inherit.updating(["NODE_PATH": "/usr/share/nodejs"]), input: .none, output: .sequence,
            error: .string(limit: 65_536)
        ) { execution in
            defer { kill(execution.processIdentifier.value, SIGTERM) }
            var lines = execution.standardOutput.strings().makeAsyncIterator()
            guard let line = try await lines.next() else { throw NotStarted() }
            let announcement = try JSONDecoder().decode(Announcement.self, from: Data(line.utf8))
            let server = NodeSockJS(endpoint: try Endpoint(parsing: announcement.listen), id: id)
            return try await with(count, heartbeat: heartbeat, before: before + [server], body)
        }
        return result.closureResult
    }

    struct NotStarted: Error {}
}
