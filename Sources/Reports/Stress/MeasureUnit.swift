import StressResults

/// What the value of a threshold is told in.
enum MeasureUnit: Sendable {
    case milliseconds, perSecond, fraction, count

    /// Its name in reports for scripts.
    var name: String {
        switch self {
        case .milliseconds: "ms"
        case .perSecond: "1/s"
        case .fraction: "fraction"
        case .count: "count"
        }
    }

    /// The number of this unit for a value as thresholds compare it.
    func shown(_ value: Double) -> Double {
        switch self {
        case .milliseconds: (value * 1_000).rounded(toPlaces: 3)
        case .perSecond: value.rounded(toPlaces: 3)
        case .fraction: value.rounded(toPlaces: 9)
        case .count: value
        }
    }

    /// For people.
    func text(_ value: Double) -> String {
        switch self {
        case .milliseconds: NumberText.time(seconds: value)
        case .perSecond: "\(NumberText.number(value))/s"
        case .fraction: "\(NumberText.number(value * 100))%"
        case .count: NumberText.number(value)
        }
    }
}

extension Threshold.Measure {
    /// What its value is told in.
    var unit: MeasureUnit {
        switch self {
        case .percentile, .maximum, .mean: .milliseconds
        case .rate: .perSecond
        case .failures, .disconnected: .fraction
        case .violations: .count
        }
    }
}
