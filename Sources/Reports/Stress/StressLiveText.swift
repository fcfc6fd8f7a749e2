package import StressResults

/// What is seen of a stress run while it runs: a block of lines to be drawn anew, or a line of its own.
package struct StressLiveText: Sendable {
    /// Columns of a line, one less than terminals have at least: in the last one some go on to the next line.
    package static let width = 79
    private static let barWidth = 40
    private static let nodeLimit = 9

    private let plannedSeconds: Double

    /// For a run of so many seconds, the ramp included.
    package init(plannedSeconds: Double) { self.plannedSeconds = plannedSeconds }

    /// The block: clients, messages, times, sessions by node, violations and faults.
    package func block(_ progress: StressProgress) -> [String] {
        let second = progress.second
        let on = second.clients.openOn.filter { $0.value > 0 }.sorted { $0.key < $1.key }
        let lines =
            ["\(time(second)) of \(seconds(plannedSeconds))   \(clients(second.clients))"]
            + [on.map { "\($0.key) \(NumberText.count($0.value))" }.joined(separator: "   ")].filter { !$0.isEmpty }
            + [rate(second), violations(progress.counts)] + bars(second.clients.openAt)
            + progress.faults.map { "fault: \($0)" }
        return lines.map { WrappedText.cut("  \(TerminalText.printable($0))", to: Self.width) }
    }

    /// All in one line, for a pipe.
    package func line(_ progress: StressProgress) -> String {
        let faults = progress.faults.isEmpty ? "" : "   fault: \(progress.faults.joined(separator: ", "))"
        return TerminalText.printable(
            "\(time(progress.second))   \(clients(progress.second.clients))   \(rate(progress.second))   "
                + "\(violations(progress.counts))\(faults)")
    }

    /// What has changed since the second before and is worth a line that stays: faults that came and went, nodes
    /// that joined and left, and kinds of violations that are new.
    package func events(from before: StressProgress?, to now: StressProgress) -> [String] {
        let old = before?.faults ?? []
        let known = before?.counts.violations ?? [:]
        let faults =
            now.faults.filter { !old.contains($0) }.map { "\($0) has begun" }
            + old.filter { !now.faults.contains($0) }.map { "\($0) is over" }
        let kinds = now.counts.violations.filter { $0.value > 0 && (known[$0.key] ?? 0) == 0 }.keys.sorted()
        return (faults + nodes(from: before, to: now) + kinds.map { "first violation: \($0)" }).map {
            WrappedText.cut("\(time(now.second))   \(TerminalText.printable($0))", to: Self.width)
        }
    }

    /// Nodes that joined and left with the load.
    private func nodes(from before: StressProgress?, to now: StressProgress) -> [String] {
        guard let before else { return [] }
        let count = "\(NumberText.count(now.nodes.count)) nodes"
        return now.nodes.filter { !before.nodes.contains($0) }.map { "\($0) has joined: \(count)" }
            + now.drainingNodes.filter { !before.drainingNodes.contains($0) }.map { "\($0) drains" }
            + before.nodes.filter { !now.nodes.contains($0) }.map { "\($0) has left: \(count)" }
    }

    private func time(_ second: TimelineSecond) -> String { seconds(second.at) }

    private func seconds(_ seconds: Double) -> String { "\(Int(seconds.rounded())) s" }

    private func clients(_ clients: ClientGauge) -> String {
        ["\(NumberText.count(clients.open)) open"]
            .appending(clients.connecting, "connecting").appending(clients.waiting, "waiting").joined(separator: ", ")
    }

    private func rate(_ second: TimelineSecond) -> String {
        "\(NumberText.count(second.answered)) messages/s   p50 \(NumberText.time(milliseconds: second.median))   "
            + "p99 \(NumberText.time(milliseconds: second.p99))   max \(NumberText.time(milliseconds: second.longest))"
    }

    private func violations(_ counts: StressCounts) -> String {
        let kinds = counts.violations.filter { $0.value > 0 }.sorted { $0.key < $1.key }
        guard !kinds.isEmpty else { return "no violations" }
        return "\(NumberText.count(counts.allViolations)) violations: "
            + kinds.map { "\($0.key) \(NumberText.count($0.value))" }.joined(separator: ", ")
    }

    private func bars(_ nodes: [String: Int]) -> [String] {
        let sorted = nodes.sorted { $0.key < $1.key }
        let most = max(1, nodes.values.max() ?? 1)
        let width = min(20, sorted.map(\.key.count).max() ?? 0)
        let lines = sorted.prefix(Self.nodeLimit).map { name, count in
            let length = count > 0 ? max(1, Int((Double(count) / Double(most) * Double(Self.barWidth)).rounded())) : 0
            let name = WrappedText.cut(name, to: width).padded(to: width)
            return "\(name) \(String(repeating: "█", count: length)) \(NumberText.count(count))"
        }
        let more = sorted.count - Self.nodeLimit
        return more > 0 ? lines + ["and \(more) more nodes"] : lines
    }
}

extension [String] {
    /// With a count of something, unless it is 0.
    fileprivate func appending(_ count: Int, _ what: String) -> [String] {
        count == 0 ? self : self + ["\(NumberText.count(count)) \(what)"]
    }
}
