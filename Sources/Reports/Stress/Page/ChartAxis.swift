#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An axis of a chart: where a value lies, and which values are marked.
struct ChartAxis {
    /// How values lie along it.
    enum Scale {
        case linear
        /// Each power of ten takes as much room.
        case logarithmic
    }

    /// A marked value, at a place from 0 to 1.
    struct Mark {
        var place: Double
        var text: String
    }

    /// Power of ten below which all values are drawn as one.
    private static let leastPower = -6.0

    let marks: [Mark]
    private let scale: Scale
    private let range: ClosedRange<Double>

    /// From 0 to this value or a little beyond.
    static func linear(upTo highest: Double, _ text: (Double) -> String) -> ChartAxis {
        let step = niceStep(max(highest, 1e-9) / 5)
        let count = max(1, Int((highest / step).rounded(.up)))
        let range = 0...Double(count) * step
        return ChartAxis(scale: .linear, range: range, marking: (0...count).map { Double($0) * step }, text)
    }

    /// Exactly from 0 to this value, in units of a clock.
    static func time(seconds: Double) -> ChartAxis {
        let steps: [Double] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800]
        let end = max(seconds, 1)
        let step = steps.first { end / $0 <= 10 } ?? niceStep(end / 5)
        let values = (0...Int(end / step)).map { Double($0) * step }
        return ChartAxis(scale: .linear, range: 0...end, marking: values) { seconds in
            let (minutes, rest) = Int(seconds).quotientAndRemainder(dividingBy: 60)
            return step < 60 && end < 120 ? "\(Int(seconds)) s" : "\(minutes):\(rest < 10 ? "0" : "")\(rest)"
        }
    }

    /// From the power of ten below the least value to the one above the greatest.
    static func logarithmic(_ values: some Sequence<Double>, _ text: (Double) -> String) -> ChartAxis {
        let positive = values.filter { $0 > 0 }
        let low = max(leastPower, log10(positive.min() ?? 1).rounded(.down))
        let high = max(low + 1, log10(positive.max() ?? 10).rounded(.up))
        let powers = (0...Int(high - low)).map { pow(10, low + Double($0)) }
        return ChartAxis(scale: .logarithmic, range: pow(10, low)...pow(10, high), marking: powers, text)
    }

    /// From 0 to a whole number, each of whose steps has a name.
    init(upTo count: Double, marking names: [String]) {
        self.init(scale: .linear, range: 0...count, marking: names.indices.map(Double.init)) { names[Int($0)] }
    }

    private init(scale: Scale, range: ClosedRange<Double>, marking values: [Double], _ text: (Double) -> String) {
        self.scale = scale
        self.range = range
        marks = values.map { Mark(place: Self.place($0, scale, range), text: text($0)) }
    }

    /// Where a value lies, from 0 to 1.
    func place(_ value: Double) -> Double { Self.place(value, scale, range) }

    private static func place(_ value: Double, _ scale: Scale, _ range: ClosedRange<Double>) -> Double {
        let value = min(max(value, range.lowerBound), range.upperBound)
        return switch scale {
        case .linear: (value - range.lowerBound) / (range.upperBound - range.lowerBound)
        case .logarithmic: log10(value / range.lowerBound) / log10(range.upperBound / range.lowerBound)
        }
    }

    /// 1, 2 or 5 times a power of ten, at least this much.
    private static func niceStep(_ least: Double) -> Double {
        let power = pow(10, log10(least).rounded(.down))
        return [1, 2, 5].map { $0 * power }.first { $0 >= least * 0.999 } ?? 10 * power
    }
}
