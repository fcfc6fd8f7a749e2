import Foundation
import Glibc
import Subprocess
import SystemPackage
import Testing

/// A `stickler node` or `stickler proxy` that runs for the time of a test.
struct Standalone: Sendable {
    /// The JSON line it prints once it accepts.
    struct Announcement: Decodable, Sendable {
        var listen: String
        var control: String?
        var nodeID: String?
    }

    var announcement: Announcement
    var process: ProcessIdentifier

    /// Runs `command` and `body` with it, sends SIGTERM and gives what the command left behind.
    @discardableResult
    static func with(
        _ command: Command, _ body: @escaping @Sendable (Standalone) async throws -> Void
    ) async throws -> Command.Outcome {
        let result = try await Subprocess.run(
            .path(.init(command.program)), arguments: .init(command.arguments), input: .none, output: .sequence,
            error: .string(limit: Command.limit)
        ) { execution in
            var lines = execution.standardOutput.strings().makeAsyncIterator()
            guard let first = try await lines.next() else { return "" }
            var output = first + "\n"
            do {
                let announcement = try JSONDecoder().decode(Announcement.self, from: Data(first.utf8))
                try await body(Standalone(announcement: announcement, process: execution.processIdentifier))
            } catch {
                kill(execution.processIdentifier.value, SIGTERM)
                throw error
            }
            kill(execution.processIdentifier.value, SIGTERM)
            while let line = try await lines.next() { output += line + "\n" }
            return output
        }
        return Command.Outcome(
            result.terminationStatus, output: result.closureResult, errors: result.standardError)
    }

    /// Runs `count` nodes, `n1` and so on, and `body` with them.
    static func withNodes(
        _ count: Int, from number: Int = 1, before: [Standalone] = [],
        _ body: @escaping @Sendable ([Standalone]) async throws -> Void
    ) async throws {
        if number > count { return try await body(before) }
        let outcome = try await with(.node("n\(number)")) { node in
            try await withNodes(count, from: number + 1, before: before + [node], body)
        }
        #expect(outcome.exitCode == 0, "\(outcome)")
    }

    /// Runs three nodes with the reference proxy in front of them.
    static func withProxy(
        _ body: @escaping @Sendable (_ proxy: Standalone, _ nodes: [Standalone]) async throws -> Void
    ) async throws {
        try await withNodes(3) { nodes in
            let outcome = try await with(.proxy(nodes)) { try await body($0, nodes) }
            #expect(outcome.exitCode == 0, "\(outcome)")
        }
    }
}

extension Command {
    static func node(_ id: String) -> Command { Command("node", "--listen", "127.0.0.1:0", "--id", id) }

    static func proxy(_ nodes: [Standalone]) -> Command {
        Command(["proxy", "--listen", "127.0.0.1:0"] + nodes.flatMap { ["--node", $0.announcement.listen] })
    }

    /// Verifies what listens at `address`, in front of these nodes.
    static func verify(_ address: String, _ nodes: [Standalone], _ options: String...) -> Command {
        Command(
            ["verify", "--url", "http://\(address)"]
                + nodes.flatMap { ["--node", $0.announcement.control ?? "no control"] } + options)
    }
}
