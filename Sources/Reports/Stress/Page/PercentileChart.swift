import Statistics
import StressResults

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Response time by percentile, each nine behind the point as wide as the one before.
struct PercentileChart {
    private let result: StressResult

    init(_ result: StressResult) { self.result = result }

    /// Nil where no message came back.
    var chart: LineChart? {
        guard result.response.count > 0 else { return nil }
        let nines = max(1, min(6, log10(Double(result.response.count)).rounded(.up)))
        let lines = [
            line("response", result.response, nines), line("service", result.service, nines),
        ]
        return LineChart(
            title: "Response time by percentile",
            summary: "Half of the messages came back within "
                + NumberText.time(milliseconds: milliseconds(result.response, 50)),
            x: .nines(Int(nines)),
            y: .logarithmic(lines.flatMap { $0.points.compactMap(\.y) }) { NumberText.time(milliseconds: $0) },
            lines: lines)
    }

    private func line(_ name: String, _ histogram: HdrHistogram, _ nines: Double) -> LineChart.Line {
        let steps = Int(nines * 20)
        let points: [(x: Double, y: Double?)] = (0...steps).map { step in
            let nine = Double(step) / 20
            return (nine, milliseconds(histogram, 100 - 100 * pow(10, -nine)))
        }
        return LineChart.Line(name: name, points: points)
    }

    private func milliseconds(_ histogram: HdrHistogram, _ percentile: Double) -> Double? {
        histogram.value(atPercentile: percentile).map { Double($0) / 1_000 }
    }
}

extension ChartAxis {
    /// Percentiles by their nines: 0, 90, 99, 99.9 and so on.
    static func nines(_ count: Int) -> ChartAxis {
        let names = ["0 %", "90 %", "99 %", "99.9 %", "99.99 %", "99.999 %", "99.9999 %"]
        return ChartAxis(upTo: Double(count), marking: names.prefix(count + 1).map { $0 })
    }
}
