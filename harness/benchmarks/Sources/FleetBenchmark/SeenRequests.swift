import BenchmarkProcess
import Foundation
import Glibc

/// The requests that `stickler stress` makes, word for word, so that others can send the very same.
enum SeenRequests {
    enum Kind: String, CaseIterable {
        case upgrade
        case poll = "xhr"
        case send = "xhr_send"

        /// How clients must talk to make such a request.
        fileprivate var mode: FleetPeer.Mode { self == .upgrade ? .echo : .polling }
    }

    /// How long one client may take to make them.
    private static let patience = Duration.seconds(20)
    /// The body of a message, as the peers send it.
    private static let body = #"["\#(String(repeating: "0", count: 32))"]"#

    static func file(_ kind: Kind, in folder: String) -> String { "\(folder)/\(kind.rawValue).request" }

    /// Lets one client of ours talk, and writes what it sent into files.
    static func record(programs: [String: String], folder: String) throws {
        guard let program = programs["stickler"] else { return }
        for mode in [FleetPeer.Mode.echo, .polling] {
            let server = try ServerProcess(
                .init(name: "EchoServer", executable: programs["EchoServer"] ?? "", arguments: []))
            defer { server.stop() }
            let order = FleetPeer.Order(port: server.port, clients: 1, mode: mode, folder: folder)
            let client = try ServerProcess(
                .init(name: "stickler stress", executable: program, arguments: FleetPeer.stress(order)),
                port: server.port, log: FileHandle.nullDevice)
            defer { client.stop() }
            for kind in Kind.allCases where kind.mode == mode { try keep(kind, server.port, folder) }
        }
    }

    private static func keep(_ kind: Kind, _ port: Int, _ folder: String) throws {
        let end = ContinuousClock.now + patience
        while true {
            let answer = try EchoCounters.get("/seen/\(kind.rawValue)", port)
            if answer.hasPrefix("HTTP/1.1 200 "), let start = answer.range(of: "\r\n\r\n")?.upperBound {
                return try bytes(kind, String(answer[start...]))
                    .write(toFile: file(kind, in: folder), atomically: false, encoding: .utf8)
            }
            guard .now < end else {
                throw ServerProcess.Failure(description: "stickler stress made no request of the kind \(kind.rawValue)")
            }
            // The server is asked, and can't tell by itself.
            usleep(50_000)
        }
    }

    /// The whole request. One for a session goes to that which the server answers at once: wrk can't keep sessions apart.
    private static func bytes(_ kind: Kind, _ head: String) -> String {
        switch kind {
        case .upgrade: head
        case .poll: head.replacing(/\/[0-9]{3}\/[^\/ ]+\/xhr/, with: "/000/atonce00/xhr")
        case .send:
            head.replacing(/\/[0-9]{3}\/[^\/ ]+\/xhr_send/, with: "/000/atonce00/xhr_send")
                .replacing(/Content-Length: [0-9]+/.ignoresCase(), with: "Content-Length: \(body.utf8.count)") + body
        }
    }
}
