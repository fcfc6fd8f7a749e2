import Foundation
import Testing

/// Limits on open files, as shells and services set them.
@Suite(.timeLimit(.minutes(1))) struct OpenFilesTests {
    static func run(_ limit: String, _ command: String) async throws -> Command.Outcome {
        var shell = Command("-c", "ulimit \(limit); exec \(Command.stickler) \(command)")
        shell.program = "/bin/sh"
        return try await shell.run()
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
}
