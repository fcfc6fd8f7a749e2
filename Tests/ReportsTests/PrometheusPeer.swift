import Foundation
import TestSupport

/// `harness/peers/prometheus_peer.py`: PyPI's `prometheus_client` as a child process that reads one text.
enum PrometheusPeer {
    struct Family: Decodable {
        var name: String
        var type: String
        var help: String
        var samples: [Sample]
    }

    struct Sample: Decodable {
        var name: String
        var labels: [String: String]
        var value: Double

        init(from decoder: any Decoder) throws {
            var parts = try decoder.unkeyedContainer()
            name = try parts.decode(String.self)
            labels = try parts.decode([String: String].self)
            value = try parts.decode(Double.self)
        }
    }

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private static let python = Checkout.root.appendingPathComponent(".build-peers/prometheus/bin/python").path
    /// In CI a missing peer is a failure; elsewhere `harness/test` says loudly that it is left out.
    static let isTested =
        ProcessInfo.processInfo.environment["CI"] != nil || FileManager.default.isExecutableFile(atPath: python)

    /// What it reads in this text.
    static func families(of text: Data) throws -> [Family] {
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [Checkout.harness("peers/prometheus_peer.py").path]
        process.standardInput = input
        process.standardOutput = output
        // A child that has ended is reported where its answer is missing.
        signal(SIGPIPE, SIG_IGN)
        try process.run()
        // It answers once it has read all.
        try input.fileHandleForWriting.write(contentsOf: text)
        try input.fileHandleForWriting.close()
        let answer = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "prometheus_peer.py ended with \(process.terminationStatus); it says why above")
        }
        return try JSONDecoder().decode([Family].self, from: answer)
    }
}
