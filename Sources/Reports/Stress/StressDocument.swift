import Foundation
import Statistics
import StressResults
import Verdicts

/// The report of a stress run as it stands in a file. Of what is computed from the rest, such as percentiles, nothing is
/// read back.
struct StressDocument: Codable {
    static let schemaVersion = 1
    static let kind = "stress"

    struct Tool: Codable {
        var name = ToolVersion.name
        var version = ToolVersion.current
    }
    struct Target: Codable {
        var name: String
        var version: OrNull<String>
        var config: String
        var nodes: [String]
    }
    struct Times: Codable {
        var count: UInt64
        var meanMs: OrNull<Double>
        var p50Ms: OrNull<Double>
        var p90Ms: OrNull<Double>
        var p99Ms: OrNull<Double>
        var p999Ms: OrNull<Double>
        var maxMs: OrNull<Double>
        var histogram: String
    }
    struct Lapse: Codable {
        var count: Int
        var never: Int
        var p50Ms: OrNull<Double>
        var p90Ms: OrNull<Double>
        var p99Ms: OrNull<Double>
        var maxMs: OrNull<Double>
        var times: LapseTimes
    }
    struct Recovery: Codable {
        var notice: Lapse
        var reconnect: Lapse
        var resume: Lapse
    }
    struct Share: Codable {
        var node: String
        var sessions: Int
        var ratio: Double
    }
    struct Spread: Codable {
        var nodes: [Share]
        var largest: Double
        var tolerance: Double
    }
    struct Second: Codable {
        var at: Double
        var clients: ClientGauge
        var sent: Int
        var answered: Int
        var violations: Int
        var p50Ms: OrNull<Double>
        var p99Ms: OrNull<Double>
        var maxMs: OrNull<Double>
        var responses: OrNull<String>
    }
    struct Fault: Codable {
        var plan: String
        var node: String
        var from: Double
        var to: OrNull<Double>
    }
    struct JudgedThreshold: Codable {
        var threshold: String
        var unit: String
        var bound: Double
        var value: OrNull<Double>
        var kept: Bool
    }

    var schemaVersion = Self.schemaVersion
    var kind = Self.kind
    var tool = Tool()
    var scenario: String
    var clients: Int
    var shard: String
    var mergedFrom: Int
    var target: Target
    var startedAt: String
    var durationSeconds: Double
    var interrupted: Bool
    var counts: StressCounts
    var connected: Int
    var spread: OrNull<Spread>
    var response: Times
    var service: Times
    var recovery: Recovery
    var timeline: [Second]
    var faults: [Fault]
    var samples: [SampledViolation]
    var ownStalls: [Double]
    var shortages: [String]
    var remedies: [String: String]
    var thresholds: [JudgedThreshold]
    var conclusion: String
    var exitCode: Int32
    var notes: [String]
    var followedLoad: OrNull<FollowedLoad>
    var error: OrNull<StressReport.Problem>
}

extension StressDocument {
    /// It throws ``HistogramError/noMemory``.
    init(_ report: StressReport) throws(HistogramError) {
        let result = report.result
        self.init(
            scenario: result.scenario, clients: result.clients, shard: result.shard.description,
            mergedFrom: report.mergedFrom,
            target: Target(
                name: result.target.name, version: OrNull(result.target.version), config: result.target.config,
                nodes: result.target.nodes),
            startedAt: result.startedAt, durationSeconds: result.seconds.rounded(toPlaces: 3),
            interrupted: result.isInterrupted, counts: result.counts, connected: result.connected,
            spread: OrNull(result.spread.map(Spread.init)),
            response: try Times(result.response), service: try Times(result.service),
            recovery: Recovery(result.recovery),
            timeline: result.timeline.map(Second.init), faults: result.faults.map(Fault.init),
            samples: result.samples, ownStalls: result.ownStalls, shortages: result.shortages,
            remedies: report.remedies,
            thresholds: report.judged.map(JudgedThreshold.init), conclusion: "\(report.conclusion)",
            exitCode: report.exitCode, notes: result.notes, followedLoad: OrNull(result.followedLoad),
            error: OrNull(report.problem))
    }
}

extension StressDocument.Times {
    init(_ histogram: HdrHistogram) throws(HistogramError) {
        func milliseconds(_ percentile: Double) -> OrNull<Double> {
            OrNull(histogram.value(atPercentile: percentile).map { Double($0) / 1_000 })
        }
        self.init(
            count: histogram.count, meanMs: OrNull(histogram.mean.map { ($0 / 1_000).rounded(toPlaces: 3) }),
            p50Ms: milliseconds(50), p90Ms: milliseconds(90), p99Ms: milliseconds(99), p999Ms: milliseconds(99.9),
            maxMs: milliseconds(100), histogram: try histogram.encoded())
    }
}

extension StressDocument.Recovery {
    init(_ times: RecoveryTimes) {
        self.init(
            notice: .init(times.notice), reconnect: .init(times.reconnect), resume: .init(times.resume))
    }

    var recovery: RecoveryTimes {
        RecoveryTimes(notice: notice.times, reconnect: reconnect.times, resume: resume.times)
    }
}

extension StressDocument.Lapse {
    init(_ times: LapseTimes) {
        func milliseconds(_ part: Double) -> OrNull<Double> {
            OrNull(times.quantile(part).map { ($0 * 1_000).rounded(toPlaces: 3) })
        }
        self.init(
            count: times.count, never: times.neverCount, p50Ms: milliseconds(0.5), p90Ms: milliseconds(0.9),
            p99Ms: milliseconds(0.99), maxMs: milliseconds(1), times: times)
    }
}

extension StressDocument.Spread {
    init(_ spread: StressResult.Spread) {
        self.init(
            nodes: spread.shares.map {
                .init(node: $0.node, sessions: $0.sessions, ratio: $0.ratio.rounded(toPlaces: 3))
            },
            largest: spread.largest.rounded(toPlaces: 3), tolerance: spread.tolerance.rounded(toPlaces: 3))
    }
}

extension StressDocument.Second {
    init(_ second: TimelineSecond) {
        self.init(
            at: second.at, clients: second.clients, sent: second.sent, answered: second.answered,
            violations: second.violations, p50Ms: OrNull(second.median), p99Ms: OrNull(second.p99),
            maxMs: OrNull(second.longest), responses: OrNull(second.responses))
    }

    var second: TimelineSecond {
        TimelineSecond(
            at: at, clients: clients, sent: sent, answered: answered, violations: violations, median: p50Ms.value,
            p99: p99Ms.value, longest: maxMs.value, responses: responses.value)
    }
}

extension StressDocument.Fault {
    init(_ fault: AppliedFault) {
        self.init(plan: fault.plan, node: fault.node, from: fault.from, to: OrNull(fault.to))
    }

    var fault: AppliedFault { AppliedFault(plan: plan, node: node, from: from, to: to.value) }
}

extension StressDocument.JudgedThreshold {
    init(_ judged: StressReport.JudgedThreshold) {
        let unit = judged.threshold.measure.unit
        self.init(
            threshold: judged.threshold.description, unit: unit.name, bound: unit.shown(judged.threshold.bound),
            value: OrNull(judged.value.map(unit.shown)), kept: judged.isKept)
    }
}
