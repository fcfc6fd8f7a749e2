import Foundation
import Subprocess
import Testing

/// Limits on open files, as shells and services set them.
@Suite(.timeLimit(.minutes(1))) struct OpenFilesTests {
    static func limited(_ limit: String, _ command: String) -> Command {
        var shell = Command("-c", "ulimit \(limit); exec \(Command.stickler) \(command)")
        shell.program = "/bin/sh"
        return shell
    }

    static func run(_ limit: String, _ command: String) async throws -> Command.Outcome {
        try await limited(limit, command).run()
    }

    @Test func `a soft limit is raised`() async throws {
        let outcome = try await Self.run("-Sn 64", "verify --case sockjs/info --case failover/kill-moves-sessions")
        #expect(outcome.exitCode == 0, "\(outcome)")
    }

    @Test(arguments: [
        "verify", "verify --case sockjs/info", "node --listen 127.0.0.1:0",
        "proxy --listen 127.0.0.1:0 --node 127.0.0.1:1",
    ])
    func `a hard limit that is too low is refused with the number that is needed`(_ command: String) async throws {
        let outcome = try await Self.run("-n 96", command)
        #expect(outcome.exitCode == 2, "\(outcome)")
        #expect(outcome.output.isEmpty || outcome.output.hasPrefix("verifying "), "\(outcome)")
        #expect(outcome.errors.contains(/this needs [0-9]+ open files/), "\(outcome)")
        for words in ["may have 96", "ulimit -Hn"] { #expect(outcome.errors.contains(words), "\(outcome)") }
    }

    /// As few open files as this may start with.
    static func least(_ command: String) async throws -> Int {
        let refusal = try await run("-n 32", command).errors
        return try #require(
            refusal.firstMatch(of: /this needs ([0-9]+) open files/).flatMap { Int($0.1) }, "\(refusal)")
    }

    /// Holds connections to a program until it has no descriptor left, and leaves.
    static func exhaust(_ program: Standalone, limit: Int, for time: Duration = .zero) async throws {
        var held: [LoopbackSocket] = []
        for _ in 0..<limit { held.append(try LoopbackSocket(program.announcement.listen)) }
        // A foreign process's descriptors can't be awaited.
        while try FileManager.default.contentsOfDirectory(atPath: "/proc/\(program.process.value)/fd").count < limit {
            try await Task.sleep(for: .milliseconds(10))
        }
        try await Task.sleep(for: time)
        held = []
    }

    @Test func `a node that ran out of descriptors says so in its log, for the verdict`() async throws {
        let node = "node --listen 127.0.0.1:0"
        let limit = try await Self.least(node)
        try await Standalone.with(Self.limited("-n \(limit)", node)) { node in
            // Long enough for what is tried again at once to be tried thousands of times.
            try await Self.exhaust(node, limit: limit, for: .seconds(2.5))
            let control = node.announcement.control ?? ""
            let log = try LoopbackSocket(control).answer(
                to: "GET /log?since=0 HTTP/1.1\r\nHost: \(control)\r\nConnection: close\r\n\r\n")
            #expect(log.contains(#""kind":"shortage""#), "\(log)")
            #expect(log.contains("a client: Too many open files"), "\(log)")
            #expect(log.ranges(of: #""kind":"shortage""#).count < 10, "\(log)")
        }
    }

    @Test func `a proxy that ran out of descriptors says so, with what to do`() async throws {
        try await Standalone.withNodes(1) { nodes in
            let proxy = "proxy --listen 127.0.0.1:0 --node \(nodes[0].announcement.listen)"
            let limit = try await Self.least(proxy)
            let outcome = try await Standalone.with(Self.limited("-n \(limit)", proxy)) { proxy in
                try await Self.exhaust(proxy, limit: limit)
            }
            #expect(outcome.exitCode == 0, "\(outcome)")
            #expect(outcome.errors.contains("no descriptor left"), "\(outcome)")
            #expect(outcome.errors.contains("ulimit -n"), "\(outcome)")
        }
    }
}
