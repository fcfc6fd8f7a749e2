import Statistics
import Testing

@testable import StressResults

@Suite struct MergingTests {
    static func parts(_ shards: [String], of run: SyntheticRun = SyntheticRun()) throws -> [StressPart] {
        try shards.map { StressPart(name: "\($0).json", report: try run.report($0)) }
    }

    @Test(arguments: [1, 4, 7])
    func `the shards of a run are, in every count, histogram and second, the run as a whole`(count: Int) throws {
        let whole = try SyntheticRun().report()
        let merged = try StressReport.merging(try Self.parts((1...count).map { "\($0)/\(count)" }.reversed()))
        #expect(merged.result.counts == whole.result.counts)
        #expect(merged.result.response == whole.result.response)
        #expect(merged.result.recovery == whole.result.recovery)
        #expect(merged.result.service == whole.result.service)
        for (one, other) in zip(merged.result.timeline, whole.result.timeline) { #expect(one == other) }
        for (one, other) in zip(merged.result.samples, whole.result.samples.sorted { $0.code < $1.code }) {
            #expect(one == other)
        }
        var expected = whole.result
        expected.samples = merged.result.samples
        #expect(merged.result == expected, "and in all else")
        #expect(merged.mergedFrom == count)
    }

    @Test func `thresholds are judged on the sums`() throws {
        var run = SyntheticRun()
        run.thresholds = [try Threshold("violations < 6"), try Threshold("rate > 500")]
        let parts = try Self.parts(["1/2", "2/2"], of: run)
        #expect(parts.map { $0.report.judged.map(\.isKept) } == [[false, false], [true, false]])
        #expect(try StressReport.merging(parts).judged.map(\.isKept) == [false, true])
    }

    @Test func `what to change is what any shard knows of`() throws {
        var parts = try Self.parts(["1/2", "2/2"])
        parts[0].report.remedies = ["message-lost": "first"]
        parts[1].report.remedies = ["message-lost": "second", "session-moved": "other"]
        #expect(
            try StressReport.merging(parts).remedies == ["message-lost": "first", "session-moved": "other"])
    }

    @Test func `a shard that was interrupted makes the whole so, and is named`() throws {
        var parts = try Self.parts(["1/2", "2/2"])
        parts[1].report.result.isInterrupted = true
        parts[1].report.problem = StressReport.Problem(exitCode: 130, message: "interrupted")
        let merged = try StressReport.merging(parts)
        #expect(merged.result.isInterrupted)
        #expect(merged.result.notes == ["the shard 2/2 was ended before its time"])
        #expect(merged.problem == nil, "the merge itself came to its end")
    }

    @Test func `a fault that each shard knows of is one, from the first to the last of them`() throws {
        var parts = try Self.parts(["1/2", "2/2"])
        parts[1].report.result.faults[0].from = 0.5
        parts[1].report.result.faults[0].to = 2.5
        let plan = "kill n2 @1s for 1s"
        #expect(
            try StressReport.merging(parts).result.faults == [AppliedFault(plan: plan, node: "n2", from: 0.5, to: 2.5)])
        parts[0].report.result.faults[0].to = nil
        #expect(try StressReport.merging(parts).result.faults.map(\.to) == [nil], "one of them was not healed")
    }

    @Test func `percentiles of a second are told only where all its parts are known`() throws {
        var parts = try Self.parts(["1/2", "2/2"])
        parts[0].report.result.timeline[1].responses = nil
        let timeline = try StressReport.merging(parts).result.timeline
        #expect(timeline.map { $0.median != nil } == [true, false, true, true])
        #expect(timeline.allSatisfy { $0.longest != nil })
    }

    @Test func `results that are not of one run are refused with what differs and where`() throws {
        let first = try Self.parts(["1/2"])
        var other = SyntheticRun()
        other.scenario = "clients 1003, seed 2"
        #expect(throws: different("the scenario", "clients 1003, seed 1", "clients 1003, seed 2")) {
            try StressReport.merging(first + (try Self.parts(["2/2"], of: other)))
        }
        other = SyntheticRun()
        other.thresholds = [try Threshold("p99 < 1s")]
        #expect(throws: different("the thresholds", "", "p99 < 1s")) {
            try StressReport.merging(first + (try Self.parts(["2/2"], of: other)))
        }
        var moved = try Self.parts(["2/2"])
        moved[0].report.result.target.config = "bare"
        #expect(throws: different("the target's configuration", "default", "bare")) {
            try StressReport.merging(first + moved)
        }
        #expect(
            throws: StressMergeError.different(
                what: "the number of shards", names: ["1/2.json", "2/3.json"], values: ["2", "3"])
        ) { try StressReport.merging(first + (try Self.parts(["2/3"]))) }
    }

    private func different(_ what: String, _ one: String, _ other: String) -> StressMergeError {
        .different(what: what, names: ["1/2.json", "2/2.json"], values: [one, other])
    }

    @Test func `a shard that is missing, there twice or came to nothing is named`() throws {
        #expect(throws: StressMergeError.nothing) { try StressReport.merging([]) }
        #expect(throws: StressMergeError.missing([1, 3], of: 4)) {
            try StressReport.merging(try Self.parts(["4/4", "2/4"]))
        }
        var double = try Self.parts(["1/2", "1/2"])
        double[1].name = "again.json"
        #expect(throws: StressMergeError.twice(try Shard("1/2"), names: ["1/2.json", "again.json"])) {
            try StressReport.merging(double)
        }
        var failed = try Self.parts(["1/2", "2/2"])
        failed[1].report.problem = StressReport.Problem(exitCode: 3, message: "nothing answers")
        #expect(throws: StressMergeError.failed(try Shard("2/2"), name: "2/2.json", reason: "nothing answers")) {
            try StressReport.merging(failed)
        }
    }

    @Test func `a second whose response times can't be read is named`() throws {
        var parts = try Self.parts(["1/2", "2/2"])
        parts[1].report.result.timeline[3].responses = "HISTFAAA"
        let error = #expect(throws: StressMergeError.self) { try StressReport.merging(parts) }
        #expect(error?.description.hasPrefix("2/2.json: timeline[3].responses: this is no V2 histogram") == true)
    }

    @Test(arguments: [
        (StressMergeError.missing([3], of: 4), "the shard 3/4 is missing"),
        (.missing(Array(1...500), of: 900), "500 of 900 shards are missing: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13"),
    ])
    func `many missing shards take no more than a line`(error: StressMergeError, text: String) {
        #expect(error.description.hasPrefix(text))
        #expect(error.description.count < 140)
        #expect(error.isForWantOfResults)
    }
}
