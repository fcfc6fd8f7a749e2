import Clocks
package import Statistics

/// How long something took for many clients, and how long those waited in vain for whom it had not come by the end.
/// Times are counted to three digits, so that those of shards add up exactly.
public struct LapseTimes: Sendable, Hashable {
    /// Of those for whom it came, in microseconds.
    package private(set) var came = HdrHistogram(.latency)
    /// How long the others had waited at the end, in microseconds.
    package private(set) var unseen = HdrHistogram(.latency)

    /// Nobody so far.
    package init() {}

    /// For one it came after this time.
    package mutating func came(after time: Duration) { came.record(nanoseconds: time.wholeNanoseconds) }

    /// One has waited this long in vain.
    package mutating func unseen(since time: Duration) { unseen.record(nanoseconds: time.wholeNanoseconds) }

    /// Adds those of elsewhere.
    package mutating func merge(_ other: LapseTimes) throws(HistogramError) {
        try came.merge(other.came)
        try unseen.merge(other.unseen)
    }

    /// How many were observed.
    public var count: Int { Int(clamping: came.count) + neverCount }
    /// For how many of them it never came.
    public var neverCount: Int { Int(clamping: unseen.count) }

    /// Within which time it came for this part, 0 to 1, of all: by Kaplan and Meier, so that those who still waited count
    /// for as long as they were seen to. In seconds; nil where it did not come for so many.
    public func quantile(_ part: Double) -> Double? { curve.quantile(part).map { $0 / .seconds(1) } }

    /// For which part of all it came by then; nil where nobody was observed.
    public func part(by time: Duration) -> Double? { curve.fraction(by: time) }

    private var curve: SurvivalCurve {
        func times(_ histogram: HdrHistogram) -> [(Duration, Int)] {
            histogram.recorded.map { (.microseconds($0.values.upperBound), Int(clamping: $0.count)) }
        }
        let observations =
            times(came).flatMap { Array(repeating: SurvivalCurve.Observation.came(after: $0), count: $1) }
            + times(unseen).flatMap { Array(repeating: .unseen(since: $0), count: $1) }
        return SurvivalCurve(observations)
    }
}

extension LapseTimes: Codable {
    private enum Key: String, CodingKey { case came, unseen }

    /// Reads both histograms, each as HdrHistogram V2 in base64.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        func histogram(_ key: Key) throws -> HdrHistogram {
            let text = try container.decode(String.self, forKey: key)
            do {
                let histogram = try HdrHistogram(encoded: text)
                guard histogram.layout == .latency else {
                    throw DecodingError.dataCorruptedError(
                        forKey: key, in: container, debugDescription: "a histogram of another layout")
                }
                return histogram
            } catch let error as HistogramError {
                throw DecodingError.dataCorruptedError(forKey: key, in: container, debugDescription: "\(error)")
            }
        }
        came = try histogram(.came)
        unseen = try histogram(.unseen)
    }

    /// Writes both histograms, each as HdrHistogram V2 in base64.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(came.encoded(), forKey: .came)
        try container.encode(unseen.encoded(), forKey: .unseen)
    }
}
