import Foundation
import TestSupport
import Testing
import Wire

/// A DDP client from PyPI, each in an environment that `harness/test` installs.
enum PythonDDPClient: String, Sendable, CaseIterable, CustomTestStringConvertible {
    case pythonDDP = "python-ddp"
    case ddpAsyncIO = "ddp-asyncio"

    var testDescription: String { rawValue }

    /// Whether it tells its user more of an error than the message.
    var showsErrorCodes: Bool { self == .pythonDDP }

    /// Those that can run here; all of them in CI.
    static let installed: [PythonDDPClient] = {
        if ProcessInfo.processInfo.environment["CI"] != nil { return allCases }
        let missing = allCases.filter { !FileManager.default.isExecutableFile(atPath: $0.python) }
        if !missing.isEmpty {
            let names = missing.map(\.rawValue).joined(separator: " ")
            print("SKIPPED: tests of DDP clients, since these are not installed: \(names); harness/test installs them")
        }
        return allCases.filter { !missing.contains($0) }
    }()

    private var python: String {
        Checkout.root.appendingPathComponent(".build-peers/\(rawValue)/bin/python").path
    }

    private var script: String {
        let name = rawValue.replacingOccurrences(of: "-", with: "_")
        return Checkout.harness("peers/\(name)_client.py").path
    }

    /// Runs a scenario of `harness/peers/ddp_scenarios.py` against the node or balancer there while `body` reads what it
    /// prints.
    func run(
        _ scenario: String, at target: Endpoint, _ body: @Sendable @escaping (PrintedLines) async throws -> Void
    ) async throws {
        let lines = PrintedLines()
        async let end = run(scenario, at: target, into: lines)
        try await body(lines)
        try await end
    }

    /// Runs a scenario and gives all that it prints.
    func run<Line: Decodable>(
        _ scenario: String, at target: Endpoint, as type: Line.Type = Line.self
    ) async throws -> [Line] {
        let lines = PrintedLines()
        try await run(scenario, at: target, into: lines)
        return try lines.rest()
    }

    private func run(_ scenario: String, at target: Endpoint, into lines: PrintedLines) async throws {
        let end = try await ForeignProgram(
            path: python, arguments: [script, "ws://\(target)/websocket", scenario],
            environment: ["PYTHONDONTWRITEBYTECODE": "1", "PYTHONWARNINGS": "ignore"]
        ).run { lines.append($0) }
        lines.finish("\(rawValue) ended, \(end)")
        guard end == "exited(0)" else { throw lines.unexpected("\(rawValue) ended, \(end)") }
    }
}
