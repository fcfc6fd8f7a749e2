/// What a run must keep to pass: `p99 < 50ms`, `violations = 0`, `rate > 1000`.
public struct Threshold: Sendable, Hashable, CustomStringConvertible {
    /// What is measured.
    public enum Measure: Sendable, Hashable {
        /// This percentile, 0 to 100, of the response time, in seconds: from the intended time of sending.
        case percentile(Double)
        /// The longest response time, in seconds.
        case maximum
        /// The mean response time, in seconds.
        case mean
        /// Messages that came back a second, over the measured part.
        case rate
        /// Part of the messages that were to come back and did not, 0 to 1.
        case failures
        /// Violations of the rules of sessions.
        case violations
        /// Part of the clients that had no session at the end, 0 to 1.
        case disconnected
    }

    /// How it is compared.
    public enum Comparison: String, Sendable, Hashable, CaseIterable {
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case equal = "="

        func holds(_ value: Double, _ bound: Double) -> Bool {
            switch self {
            case .less: value < bound
            case .lessOrEqual: value <= bound
            case .greater: value > bound
            case .greaterOrEqual: value >= bound
            case .equal: value == bound
            }
        }
    }

    /// What is measured.
    public let measure: Measure
    /// How it is compared.
    public let comparison: Comparison
    /// With what: seconds for times, a part of 1, or a number.
    public let bound: Double
    /// As it was read.
    public let description: String

    private static let form =
        "a measure (p50, p99, p99.9, max, mean, rate, failures, violations, disconnected), one of < <= > >= =, and a bound, "
        + "such as \"p99 < 50ms\" or \"failures < 0.1%\""

    /// Reads one.
    public init(_ text: String) throws(ScenarioError) {
        let compact = text.filter { $0 != " " }
        let name = compact.prefix { !"<>=".contains($0) }
        let sign = compact.dropFirst(name.count).prefix { "<>=".contains($0) }
        let rest = compact.dropFirst(name.count + sign.count)
        guard let measure = Measure(name), let comparison = Comparison(rawValue: String(sign)),
            let bound = measure.bound(rest)
        else { throw ScenarioError(expected: Self.form, of: "a threshold", got: text) }
        self.measure = measure
        self.comparison = comparison
        self.bound = bound
        description = "\(name) \(sign) \(rest)"
    }

    /// Whether a value keeps it; one that could not be measured does not.
    package func holds(_ value: Double?) -> Bool { value.map { comparison.holds($0, bound) } ?? false }
}

extension Threshold.Measure {
    init?(_ name: Substring) {
        switch name {
        case "max": self = .maximum
        case "mean": self = .mean
        case "rate": self = .rate
        case "failures": self = .failures
        case "violations": self = .violations
        case "disconnected": self = .disconnected
        default:
            guard name.hasPrefix("p"), let percent = Double(name.dropFirst()), percent > 0, percent <= 100 else {
                return nil
            }
            self = .percentile(percent)
        }
    }

    /// The bound in this text, in the unit of the measure; nil if it is none.
    func bound(_ text: Substring) -> Double? {
        switch self {
        case .percentile, .maximum, .mean: return TimeText.parse(text).map { $0 / .seconds(1) }
        case .failures, .disconnected:
            if text.hasSuffix("%") { return Double(text.dropLast()).map { $0 / 100 } }
            return Double(text)
        case .rate, .violations: return Double(text)
        }
    }
}
