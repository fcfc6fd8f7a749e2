import Foundation
import Statistics
import StressResults
import Testing

@testable import Reports

@Suite struct StressJSONTests {
    typealias Object = [String: Any]

    static func object(_ report: StressReport) throws -> Object {
        try #require(try JSONSerialization.jsonObject(with: try StressJSON(report).data()) as? Object)
    }

    static func empty() throws -> StressReport {
        StressReport(
            StressResult(
                nothingOf: "", clients: 0, shard: .whole, target: .init(name: "", config: "", nodes: []), startedAt: ""),
            thresholds: [try Threshold("p99 < 1s")])
    }

    @Test func `every key is there, with and without anything to tell`() throws {
        for report in [try SampleStress.report(), try Self.empty()] {
            let object = try Self.object(report)
            #expect(
                Set(object.keys) == [
                    "schemaVersion", "kind", "tool", "scenario", "clients", "shard", "mergedFrom", "target",
                    "startedAt",
                    "durationSeconds", "interrupted", "counts", "connected", "spread", "response", "service",
                    "recovery", "timeline",
                    "faults",
                    "samples", "ownStalls", "shortages", "remedies", "thresholds", "conclusion", "exitCode", "notes",
                    "followedLoad", "error",
                ])
            #expect(object["schemaVersion"] as? Int == 1)
            #expect(object["kind"] as? String == "stress")
            #expect(Set((object["target"] as? Object)?.keys ?? [:].keys) == ["name", "version", "config", "nodes"])
            let recovery = try #require(object["recovery"] as? Object)
            #expect(Set(recovery.keys) == ["notice", "reconnect", "resume"])
            for lapse in recovery.values {
                #expect(
                    Set((lapse as? Object)?.keys ?? [:].keys) == [
                        "count", "never", "p50Ms", "p90Ms", "p99Ms", "maxMs", "times",
                    ])
            }
            for times in ["response", "service"] {
                #expect(
                    Set((object[times] as? Object)?.keys ?? [:].keys) == [
                        "count", "meanMs", "p50Ms", "p90Ms", "p99Ms", "p999Ms", "maxMs", "histogram",
                    ])
            }
            let threshold = try #require((object["thresholds"] as? [Object])?.first)
            #expect(Set(threshold.keys) == ["threshold", "unit", "bound", "value", "kept"])
        }
    }

    @Test func `parts of a list have all their keys, those without a value too`() throws {
        let object = try Self.object(try SampleStress.report())
        for second in try #require(object["timeline"] as? [Object]) {
            #expect(
                Set(second.keys) == [
                    "at", "clients", "sent", "answered", "violations", "p50Ms", "p99Ms", "maxMs", "responses",
                ])
            #expect(
                Set((second["clients"] as? Object)?.keys ?? [:].keys) == [
                    "connecting", "open", "waiting", "openOn", "openAt",
                ])
        }
        for fault in try #require(object["faults"] as? [Object]) {
            #expect(Set(fault.keys) == ["plan", "node", "from", "to"])
        }
        for sample in try #require(object["samples"] as? [Object]) {
            #expect(Set(sample.keys) == ["code", "cause", "message", "client", "at", "evidence"])
        }
    }

    @Test func `nothing that a result holds is left out`() throws {
        let report = try SampleStress.report()
        let object = try Self.object(report)
        func count(_ value: Any) -> Int { Mirror(reflecting: value).children.count }
        #expect((object["counts"] as? Object)?.count == count(report.result.counts))
        #expect((object["timeline"] as? [Object])?.first?.count == count(report.result.timeline[0]))
        #expect((object["faults"] as? [Object])?.first?.count == count(report.result.faults[0]))
        #expect((object["target"] as? Object)?.count == count(report.result.target))
        // Beside the result: the version, the kind, the tool, the sum, the spread, remedies, thresholds, conclusion, exit
        // code and error.
        #expect(object.count == count(report.result) + 10)
    }

    @Test func `numbers are those of the result, times in milliseconds`() throws {
        let object = try Self.object(try SampleStress.report())
        #expect(object["durationSeconds"] as? Double == 2.5)
        #expect(object["shard"] as? String == "2/3")
        let response = try #require(object["response"] as? Object)
        #expect(response["count"] as? Int == 1_000)
        #expect(response["p50Ms"] as? Double == 500.223)
        #expect(response["p99Ms"] as? Double == 990.207)
        #expect(response["maxMs"] as? Double == 1_000.447)
        #expect((response["histogram"] as? String)?.hasPrefix("HISTFAAA") == true)
        let thresholds = try #require(object["thresholds"] as? [Object])
        #expect(thresholds.map { $0["value"] as? Double } == [990.207, 400])
        #expect(thresholds.map { $0["bound"] as? Double } == [1_000, 1_000])
        #expect(thresholds.map { $0["kept"] as? Bool } == [true, false])
        #expect(object["conclusion"] as? String == "violations")
        #expect(object["exitCode"] as? Int == 1)
    }

    @Test func `what came to nothing says why, and with what exit code`() throws {
        var report = try Self.empty()
        report.problem = StressReport.Problem(exitCode: 3, message: "nothing answers")
        let object = try Self.object(report)
        #expect(object["exitCode"] as? Int == 3)
        #expect((object["error"] as? Object)?["message"] as? String == "nothing answers")
        #expect((object["thresholds"] as? [Object])?.first?["value"] is NSNull)
    }
}
