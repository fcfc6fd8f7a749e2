import Statistics
import StressResults

/// The numbers of a stress run, as rows for all reports that people read, and as lines of a terminal.
struct StressTable {
    /// A row of words; one without a name goes on with the one above.
    struct Row {
        var name: String
        var text: String
    }

    /// A row of times, one for each of the percentiles.
    struct TimeRow {
        var name: String
        var cells: [String]
    }

    /// The columns of times.
    static let percentiles: [(name: String, percentile: Double)] = [
        ("p50", 50), ("p90", 90), ("p99", 99), ("p99.9", 99.9), ("max", 100),
    ]
    private static let nameLimit = 12

    private let result: StressResult
    private var counts: StressCounts { result.counts }

    init(_ result: StressResult) { self.result = result }

    /// All but the times.
    var rows: [Row] { before + faults }

    /// Response and service time; none where no message came back.
    var timeRows: [TimeRow] { answerRows + recoveryRows }

    /// What losses of connections cost; none where nobody lost one.
    private var recoveryRows: [TimeRow] {
        let times = [
            ("noticed", result.recovery.notice), ("back", result.recovery.reconnect),
            ("served", result.recovery.resume),
        ]
        return times.filter { $0.1.count > 0 }.map { name, times in
            TimeRow(
                name: name,
                cells: Self.percentiles.map { column in
                    times.quantile(column.percentile / 100).map { NumberText.time(milliseconds: $0 * 1_000) } ?? "never"
                })
        }
    }

    private var answerRows: [TimeRow] {
        guard result.response.count > 0 else { return [] }
        return [("response", result.response), ("service", result.service)].map { name, histogram in
            TimeRow(
                name: name,
                cells: Self.percentiles.map { column in
                    let time = histogram.value(atPercentile: column.percentile).map { Double($0) / 1_000 }
                    return NumberText.time(milliseconds: time)
                })
        }
    }

    /// All of it in lines of a terminal.
    var lines: [String] { before.flatMap(line) + timeLines + faults.flatMap(line) }

    private var before: [Row] {
        let target = [result.target.name, result.target.version, result.target.config].compactMap { $0 }
        let shard = result.shard == .whole ? "" : ", shard \(result.shard)"
        return [
            Row(
                name: "target", text: "\(target.joined(separator: " ")), \(NumberText.number(result.seconds)) s\(shard)"
            ),
            Row(
                name: "clients",
                text: "\(number(counts.clients)), \(number(result.connected)) with a session at the end"),
            Row(name: "nodes", text: nodes), Row(name: "sessions", text: sessions),
            Row(name: "", text: by(counts.openedOn)),
            Row(name: "", text: by(counts.openedAt)), Row(name: "spread", text: spread),
            Row(name: "messages", text: messages),
        ].filter { !$0.text.isEmpty }
    }

    /// Of nodes that followed the load.
    private var nodes: String {
        guard let followed = result.followedLoad else { return "" }
        let atMost = "\(number(followed.most)) nodes"
        let atEnd = "\(number(followed.atFirst)) at first, \(number(followed.atEnd)) at the end"
        guard followed.left > 0 else { return "\(atMost) at most, \(atEnd): \(number(followed.joined)) joined" }
        let isBack = result.connected == counts.clients ? ", and each client has one again" : ""
        let ended =
            followed.endedSessions == 0
            ? "no session ended by it"
            : "\(number(followed.endedSessions)) sessions ended with their draining\(isBack)"
        return "\(atMost) at most, \(atEnd): \(number(followed.joined)) joined, \(number(followed.left)) left; \(ended)"
    }

    private var sessions: String {
        parts(
            "\(number(counts.opened)) opened",
            [
                (counts.reopened, "of them again"), (counts.endedByFault, "ended by a fault"),
                (counts.endedUnexpectedly, "ended for no reason"),
                (counts.excusedEnds, "ended when our own machine was too busy"),
                (counts.failedAttempts, "attempts failed"),
                (counts.fallbacks, "on a fallback"),
            ])
    }

    private var spread: String {
        guard let spread = result.spread else { return "" }
        return "the fullest node got \(NumberText.number(spread.largest)) times its share; chance alone stays below "
            + "\(NumberText.number(spread.tolerance)) in 999 of 1 000 runs"
    }

    private var messages: String {
        let rate = result.value(of: .rate).map { " (\(NumberText.number($0))/s)" } ?? ""
        return parts(
            "\(number(counts.sent)) sent, \(number(counts.answered)) came back\(rate)",
            [
                (counts.late, "late"), (counts.interrupted, "cut off with their session"),
                (counts.missed, "due without a session"),
            ])
    }

    private var faults: [Row] {
        result.faults.map { fault in
            let end = fault.to.map { "to \(NumberText.number($0)) s" } ?? "to the end"
            return Row(
                name: "fault", text: "\(fault.plan): at \(fault.node) from \(NumberText.number(fault.from)) s \(end)")
        }
    }

    /// The first of many names, largest numbers first, so that no target can fill the screen.
    private func by(_ counts: [String: Int]) -> String {
        let sorted = counts.filter { $0.value > 0 }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let shown = sorted.prefix(Self.nameLimit).map { "\($0.key) \(number($0.value))" }.joined(separator: ", ")
        return sorted.count > Self.nameLimit ? "\(shown) and \(sorted.count - Self.nameLimit) more" : shown
    }

    private func parts(_ first: String, _ others: [(count: Int, what: String)]) -> String {
        ([first] + others.filter { $0.count > 0 }.map { "\(number($0.count)) \($0.what)" }).joined(separator: ", ")
    }

    private func number(_ count: Int) -> String { NumberText.count(count) }

    // MARK: Lines of a terminal

    private static let nameWidth = 10
    private static let cellWidth = 11

    private var timeLines: [String] {
        guard !timeRows.isEmpty else { return [] }
        let head = TimeRow(name: "", cells: Self.percentiles.map(\.name))
        return ([head] + timeRows).map { row in
            row.name.padded(to: Self.nameWidth) + row.cells.map { $0.indented(to: Self.cellWidth) }.joined()
        }
    }

    private func line(_ row: Row) -> [String] {
        WrappedText.lines(
            TerminalText.printable(row.text), lead: row.name.padded(to: Self.nameWidth),
            indent: String(repeating: " ", count: Self.nameWidth))
    }
}
