package import Foundation
import Statistics
package import StressResults

/// The report of a stress run as Prometheus text, version 0.0.4, such as node_exporter's textfile collector reads.
package struct StressPrometheus: Sendable {
    private let report: StressReport
    private var result: StressResult { report.result }

    /// The Prometheus form of this report.
    package init(_ report: StressReport) { self.report = report }

    /// The text, UTF-8.
    package func data() -> Data {
        let times = [
            times("response", result.response, "From the moment a message was to leave until it was back."),
            times("service", result.service, "From the moment a message left until it was back."),
        ]
        return Data((gauges + counters + times).joined().utf8)
    }

    private var gauges: [String] {
        let start = result.start ?? 0
        // A series stands once.
        var seen: Set<String> = []
        let judged = report.judged.filter { seen.insert($0.threshold.description).inserted }
        return [
            family("start_time_seconds", "gauge", "When the run began, since 1970.", [([:], start)]),
            family("duration_seconds", "gauge", "How long it took.", [([:], result.seconds)]),
            family("exit_code", "gauge", "0 pass, 1 violations, 4 incomplete.", [([:], Double(report.exitCode))]),
            family("clients", "gauge", "Clients that arrived.", [([:], Double(result.counts.clients))]),
            family("connected", "gauge", "Clients with a session at the end.", [([:], Double(result.connected))]),
            family(
                "threshold_kept", "gauge", "Whether a threshold holds.",
                judged.map { (["threshold": $0.threshold.description], $0.isKept ? 1 : 0) }),
            family(
                "threshold_value", "gauge", "What was measured for a threshold, in seconds, a part of 1, or a number.",
                judged.compactMap { one in one.value.map { (["threshold": one.threshold.description], $0) } }),
        ]
    }

    private var counters: [String] {
        let counts = result.counts
        return [
            family(
                "messages_total", "counter", "Messages by what became of them.",
                by(
                    "state",
                    [
                        "sent": counts.sent, "answered": counts.answered, "late": counts.late,
                        "interrupted": counts.interrupted, "missed": counts.missed,
                    ])),
            family(
                "sessions_total", "counter", "Sessions by what became of them.",
                by(
                    "event",
                    [
                        "opened": counts.opened, "reopened": counts.reopened,
                        "ended_by_fault": counts.endedByFault, "ended_unexpectedly": counts.endedUnexpectedly,
                        "ended_excused": counts.excusedEnds, "fallback": counts.fallbacks,
                    ])),
            family(
                "attempts_failed_total", "counter", "Attempts at a session that failed.",
                [([:], Double(counts.failedAttempts))]),
            family("requests_total", "counter", "HTTP requests.", [([:], Double(counts.requests))]),
            family(
                "opened_by_transport_total", "counter", "Sessions opened.", by("transport", counts.openedOn)),
            family("opened_by_node_total", "counter", "Sessions opened.", by("node", counts.openedAt)),
            family(
                "violations_total", "counter", "Violations of the rules of sessions.", by("code", counts.violations)),
            family(
                "violated_sessions_total", "counter", "Sessions with a violation.",
                by("code", counts.violatedSessions)),
        ]
    }

    private func by(_ label: String, _ counts: [String: Int]) -> [([String: String], Double)] {
        counts.sorted { $0.key < $1.key }.map { ([label: $0.key], Double($0.value)) }
    }

    /// A metric with its values; nothing where it has none.
    private func family(_ name: String, _ type: String, _ help: String, _ values: [([String: String], Double)])
        -> String
    {
        guard !values.isEmpty else { return "" }
        return head(name, type, help) + values.map { sample(name, $0, $1) }.joined()
    }

    private func times(_ name: String, _ histogram: HdrHistogram, _ help: String) -> String {
        let name = "\(name)_seconds"
        let quantiles = [0.5, 0.9, 0.99, 0.999, 1].compactMap { quantile in
            histogram.value(atPercentile: quantile * 100).map {
                sample(name, ["quantile": "\(quantile)"], Double($0) / 1_000_000)
            }
        }
        let sum = (histogram.mean ?? 0) * Double(histogram.count) / 1_000_000
        return head(name, "summary", help) + quantiles.joined() + sample("\(name)_sum", [:], sum)
            + sample("\(name)_count", [:], Double(histogram.count))
    }

    private func head(_ name: String, _ type: String, _ help: String) -> String {
        "# HELP \(Self.prefix)\(name) \(help)\n# TYPE \(Self.prefix)\(name) \(type)\n"
    }

    private func sample(_ name: String, _ labels: [String: String], _ value: Double) -> String {
        let all =
            [("target", result.target.name), ("config", result.target.config)] + labels.sorted { $0.key < $1.key }
        let text = all.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
        return "\(Self.prefix)\(name){\(text)} \(value)\n"
    }

    /// A label's value: what the format asks for, and no control characters, which few readers expect.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            case "\u{0}"..."\u{1f}", "\u{7f}"..."\u{9f}", "\u{2028}", "\u{2029}": escaped += "\u{fffd}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private static let prefix = "stickler_stress_"
}
