import Foundation
import StressResults
import TestSupport
import Testing

@testable import Reports

/// PyPI's `prometheus_client`, the reference reader, reads what we write.
@Suite(
    .enabled(
        if: PrometheusPeer.isTested,
        "no .build-peers/prometheus: the foreign peer is left out; harness/test installs it"
    ), .timeLimit(.minutes(1)))
struct PrometheusPeerTests {
    static func families(_ report: StressReport) throws -> [String: PrometheusPeer.Family] {
        let families = try PrometheusPeer.families(of: StressPrometheus(report).data())
        #expect(Set(families.map(\.name)).count == families.count, "each family stands once")
        return Dictionary(families.map { ($0.name, $0) }) { first, _ in first }
    }

    @Test func `it reads every metric with its type, its labels and its value`() throws {
        let families = try Self.families(try SampleStress.report())
        #expect(families.keys.allSatisfy { $0.hasPrefix("stickler_stress_") })
        #expect(families.values.allSatisfy { !$0.help.isEmpty && $0.type != "unknown" })
        let target = ["target": "nginx", "config": "default"]
        func value(_ family: String, _ name: String, _ labels: [String: String] = [:]) -> Double? {
            families["stickler_stress_\(family)"]?.samples.first {
                $0.name == "stickler_stress_\(name)" && $0.labels == target.merging(labels) { $1 }
            }?.value
        }
        #expect(families["stickler_stress_messages"]?.type == "counter")
        #expect(value("messages", "messages_total", ["state": "answered"]) == 1_000)
        #expect(value("violations", "violations_total", ["code": "message-lost"]) == 12)
        #expect(value("opened_by_node", "opened_by_node_total", ["node": "n2"]) == 50)
        #expect(value("connected", "connected") == 98)
        #expect(value("start_time_seconds", "start_time_seconds") == 1_796_000_523)
        #expect(value("threshold_kept", "threshold_kept", ["threshold": "rate > 1000"]) == 0)
        #expect(value("threshold_value", "threshold_value", ["threshold": "rate > 1000"]) == 400)
        #expect(families["stickler_stress_response_seconds"]?.type == "summary")
        #expect(value("response_seconds", "response_seconds", ["quantile": "0.99"]) == 0.990207)
        #expect(value("response_seconds", "response_seconds_count") == 1_000)
        #expect(abs((value("response_seconds", "response_seconds_sum") ?? 0) - 500.5) < 0.5)
    }

    @Test func `hostile labels neither break the text nor pass for metrics`() throws {
        let hostile = "\u{1b}[2J\"} 1\nforged 1\\\r"
        let families = try Self.families(
            try SampleStress.report {
                $0.result.target.config = hostile
                $0.result.counts.violations[hostile] = 3
                $0.thresholds.append($0.thresholds[0])
            })
        #expect(!families.keys.contains("forged"))
        let shown = "\u{fffd}[2J\"} 1\nforged 1\\\u{fffd}"
        #expect(families["stickler_stress_violations"]?.samples.contains { $0.labels["code"] == shown } == true)
        #expect(families["stickler_stress_connected"]?.samples.first?.labels["config"] == shown)
    }

    @Test func `a run that came to nothing has metrics too`() throws {
        let families = try Self.families(try StressJSONTests.empty())
        #expect(families["stickler_stress_exit_code"]?.samples.first?.value == 4)
        #expect(families["stickler_stress_violations"] == nil)
    }
}
