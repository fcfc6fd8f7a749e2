import Foundation
import TestSupport

/// `harness/peers/hdrhistogram_peer.py`: PyPI's `hdrhistogram` as a child process that answers one request.
enum HdrHistogramPeer {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// What it says of a histogram.
    struct Summary: Decodable, Equatable {
        var count, min, max: UInt64
        var mean: Double
        /// At the percentiles.
        var values: [UInt64]
        /// The first value of each slot and how often it was recorded.
        var recorded: [[UInt64]]
    }

    struct Interval: Decodable, Equatable {
        var tag: String?
        /// Milliseconds since 1970.
        var start, end: Double
        var summary: Summary
    }

    private static let python = Checkout.root.appendingPathComponent(".build-peers/hdrhistogram/bin/python").path
    /// In CI a missing peer is a failure; elsewhere `harness/test` says loudly that it is left out.
    static let isTested =
        ProcessInfo.processInfo.environment["CI"] != nil || FileManager.default.isExecutableFile(atPath: python)

    /// Sends one request and waits for its answer.
    static func ask<Answer: Decodable>(_ request: some Encodable, as _: Answer.Type = Answer.self) throws -> Answer {
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [Checkout.harness("peers/hdrhistogram_peer.py").path]
        process.standardInput = input
        process.standardOutput = output
        // A child that has ended is reported where its answer is missing.
        signal(SIGPIPE, SIG_IGN)
        try process.run()
        // It answers once it has read all.
        try input.fileHandleForWriting.write(contentsOf: JSONEncoder().encode(request))
        try input.fileHandleForWriting.close()
        let answer = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(
                description: "hdrhistogram_peer.py ended with \(process.terminationStatus); it says why above")
        }
        return try JSONDecoder().decode(Answer.self, from: answer)
    }
}
