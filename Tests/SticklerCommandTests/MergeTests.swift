import Foundation
import TestSupport
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct MergeTests {
    /// The reports of these shards of a short run.
    private static func write(_ shards: [String], to directory: String, seed: String = "1") async throws {
        for shard in shards {
            let name = shard.replacingOccurrences(of: "/", with: "-")
            let outcome = try await Command(
                "stress", "--clients", "5", "--duration", "1s", "--think", "100ms", "--seed", seed, "--threshold",
                "p99 < 1m", "--shard", shard, "--report", "json=\(directory)/\(name).json"
            ).run()
            #expect(outcome.exitCode == 0, "\(outcome)")
        }
    }

    @Test func `the shards of a directory are reported as one run, again and again`() async throws {
        try await withTemporaryDirectory { directory in
            try await Self.write(["1/2", "2/2"], to: directory)
            for _ in 0..<2 {
                let outcome = try await Command("merge", directory, "--report", "json=\(directory)/sum.json").run()
                #expect(outcome.exitCode == 0, "\(outcome)")
                #expect(outcome.output.contains("kept    p99 < 1m"), "\(outcome)")
                #expect(outcome.output.contains("clients   5, 5 with a session"), "\(outcome)")
            }
            let sum = try String(contentsOfFile: "\(directory)/sum.json", encoding: .utf8)
            #expect(sum.contains("\"mergedFrom\" : 2"), "\(sum)")
            let again = try await Command("merge", directory).run()
            #expect(again.errors.contains("sum.json is no report of a shard"), "\(again)")
        }
    }

    @Test func `a missing shard is named with 4, one of another run with 2`() async throws {
        try await withTemporaryDirectory { directory in
            try await Self.write(["1/2"], to: directory)
            let missing = try await Command("merge", directory, "--report", "json=\(directory)/sum.json").run()
            #expect(missing.exitCode == 4, "\(missing)")
            #expect(missing.errors.contains("the shard 2/2 is missing"), "\(missing)")
            let sum = try String(contentsOfFile: "\(directory)/sum.json", encoding: .utf8)
            #expect(sum.contains("\"exitCode\" : 4"), "\(sum)")
            try await Self.write(["2/2"], to: directory, seed: "2")
            let different = try await Command("merge", directory).run()
            #expect(different.exitCode == 2, "\(different)")
            #expect(different.errors.contains("the results differ in the scenario"), "\(different)")
        }
    }

    @Test func `a damaged file, none at all and no directory are named with 2`() async throws {
        try await withTemporaryDirectory { directory in
            #expect(try await Command("merge", directory).run().exitCode == 2)
            let nowhere = try await Command("merge", "\(directory)/nonesuch").run()
            #expect(nowhere.exitCode == 2, "\(nowhere)")
            #expect(nowhere.errors.contains("nonesuch can't be read"), "\(nowhere)")
            try "{\"kind\": \"stress\", ".write(toFile: "\(directory)/a.json", atomically: true, encoding: .utf8)
            let damaged = try await Command("merge", directory).run()
            #expect(damaged.exitCode == 2, "\(damaged)")
            #expect(damaged.errors.contains("\(directory)/a.json: "), "\(damaged)")
        }
    }
}
