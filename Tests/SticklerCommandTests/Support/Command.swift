import Foundation
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// The built `stickler`, run as a user runs it: arguments in, exit code and output out.
struct Command: Sendable, CustomTestStringConvertible {
    var arguments: [String]
    var environment: [String: String] = [:]
    var directory: String?
    var program = Command.stickler

    init(_ arguments: String..., environment: [String: String] = [:], directory: String? = nil) {
        self.init(arguments, environment: environment, directory: directory)
    }

    init(_ arguments: [String], environment: [String: String] = [:], directory: String? = nil) {
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
    }

    var testDescription: String { arguments.joined(separator: " ") }

    /// What a run left behind.
    struct Outcome: Sendable, CustomStringConvertible {
        var exitCode: Int32?
        var output: String
        var errors: String

        var lines: [String] { output.split(separator: "\n", omittingEmptySubsequences: true).map(String.init) }
        var description: String { "exit code \(exitCode.map(String.init) ?? "none")\n\(output)\(errors)" }

        init(_ status: TerminationStatus, output: String, errors: String) {
            if case .exited(let code) = status { exitCode = Int32(code) }
            self.output = output
            self.errors = errors
        }
    }

    /// Runs it to its end.
    func run() async throws -> Outcome {
        let result = try await Subprocess.run(
            .path(.init(program)), arguments: .init(arguments), environment: fullEnvironment,
            workingDirectory: .init(directory ?? Self.checkout), input: .none, output: .string(limit: Self.limit),
            error: .string(limit: Self.limit))
        return Outcome(
            result.terminationStatus, output: result.standardOutput, errors: result.standardError)
    }

    /// Runs it and hands each line of its standard output to `read` at once, with a handle to send signals.
    func run(
        reading read: @escaping @Sendable (String, ProcessIdentifier) throws -> Void
    ) async throws -> Outcome {
        let result = try await Subprocess.run(
            .path(.init(program)), arguments: .init(arguments), environment: fullEnvironment,
            workingDirectory: .init(directory ?? Self.checkout), input: .none, output: .sequence,
            error: .string(limit: Self.limit)
        ) { execution in
            var output = ""
            for try await line in execution.standardOutput.strings() {
                output += line + "\n"
                try read(line, execution.processIdentifier)
            }
            return output
        }
        return Outcome(result.terminationStatus, output: result.closureResult, errors: result.standardError)
    }

    var fullEnvironment: Environment {
        .inherit.updating(
            Dictionary(uniqueKeysWithValues: environment.map { (.init(stringLiteral: $0.key), $0.value) }))
    }

    static let limit = 1 << 20

    /// Beside the test bundle, where the build puts both.
    static let stickler = URL(fileURLWithPath: Bundle.main.executablePath ?? CommandLine.arguments[0])
        .resolvingSymlinksInPath().deletingLastPathComponent().appendingPathComponent("stickler").path

    /// The root of this checkout.
    static let checkout = Checkout.root.path
}
