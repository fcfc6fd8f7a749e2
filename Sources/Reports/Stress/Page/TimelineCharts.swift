import StressResults

/// What a run did over time, as charts.
struct TimelineCharts {
    /// Points of a line at most; more seconds than that share one.
    private static let pointLimit = 600
    /// Nodes that have a line of their own.
    private static let nodeLimit = 7

    private let result: StressResult
    /// Seconds that share a point.
    private let stride: Int
    private let x: ChartAxis
    private let bands: [LineChart.Band]

    init(_ result: StressResult) {
        self.result = result
        stride = (result.timeline.count + Self.pointLimit - 1) / Self.pointLimit
        let end = max(result.timeline.last?.at ?? 0, 1)
        x = .time(seconds: end)
        bands = result.faults.filter { $0.from <= end }.map { fault in
            LineChart.Band(name: "\(fault.plan) (\(fault.node))", from: fault.from, to: min(fault.to ?? end, end))
        }
    }

    /// All of them; none of a run without a second.
    var all: [LineChart] { result.timeline.isEmpty ? [] : [latency, nodes, messages] }

    private var latency: LineChart {
        let lines = [
            LineChart.Line(name: "p50", points: points { $0.compactMap(\.median).max() }),
            LineChart.Line(name: "p99", points: points { $0.compactMap(\.p99).max() }),
            LineChart.Line(name: "max", points: points { $0.compactMap(\.longest).max() }),
        ]
        let values = lines.flatMap { $0.points.compactMap(\.y) }
        return LineChart(
            title: "Response time over time" + (stride > 1 ? ", the longest of each \(stride) s" : ""),
            summary: values.max().map { "Response times, \(NumberText.time(milliseconds: $0)) at most" }
                ?? "No response times",
            x: x, y: .logarithmic(values) { NumberText.time(milliseconds: $0) }, lines: lines, bands: bands)
    }

    private var nodes: LineChart {
        var most: [String: Int] = [:]
        for second in result.timeline {
            most.merge(second.clients.openAt) { max($0, $1) }
        }
        let names = most.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
        let shown = names.prefix(names.count > Self.nodeLimit + 1 ? Self.nodeLimit : names.count).sorted()
        var lines = shown.map { name in
            LineChart.Line(name: name, points: points { Double($0.last?.clients.openAt[name] ?? 0) })
        }
        if names.count > shown.count {
            lines.append(
                LineChart.Line(
                    name: "\(names.count - shown.count) others",
                    points: points { seconds in
                        let all = seconds.last?.clients.openAt ?? [:]
                        return Double(all.filter { !shown.contains($0.key) }.values.reduce(0, +))
                    }))
        }
        return counted("Sessions per node over time", lines, what: "sessions at a node")
    }

    private var messages: LineChart {
        // The last second may be a part of one, so rates are by the time between.
        var before = 0.0
        var rates: [(at: Double, rate: Double)] = []
        for second in result.timeline {
            if second.at - before > 0.5 { rates.append((second.at, Double(second.answered) / (second.at - before))) }
            before = second.at
        }
        let line = LineChart.Line(
            name: "messages a second",
            points: Swift.stride(from: 0, to: rates.count, by: max(1, stride)).map { start in
                let part = rates[start..<min(start + max(1, stride), rates.count)]
                return (part[part.endIndex - 1].at, part.map(\.rate).reduce(0, +) / Double(part.count))
            })
        let violations = LineChart.Line(
            name: "violations", points: points { Double($0.map(\.violations).reduce(0, +)) })
        let hasViolations = result.counts.allViolations > 0
        return counted(
            "Messages that came back" + (hasViolations ? ", and violations" : ""),
            hasViolations ? [line, violations] : [line], what: "messages a second")
    }

    private func counted(_ title: String, _ lines: [LineChart.Line], what: String) -> LineChart {
        let most = lines.flatMap { $0.points.compactMap(\.y) }.max() ?? 0
        return LineChart(
            title: title, summary: "\(title): \(NumberText.number(most)) \(what) at most", x: x,
            y: .linear(upTo: most, NumberText.number), lines: lines, bands: bands)
    }

    private func points(_ value: (ArraySlice<TimelineSecond>) -> Double?) -> [(x: Double, y: Double?)] {
        Swift.stride(from: 0, to: result.timeline.count, by: max(1, stride)).map { start in
            let part = result.timeline[start..<min(start + stride, result.timeline.count)]
            return (part[part.endIndex - 1].at, value(part))
        }
    }
}
