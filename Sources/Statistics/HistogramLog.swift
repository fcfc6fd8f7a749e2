/// The text form of histograms over time (`.hlog`), which HdrHistogram's own tools read and plot: a head, then a line for
/// each interval.
package struct HistogramLog: Sendable, Hashable {
    /// When the log began, since 1970-01-01 00:00 UTC; told to the millisecond.
    package var start: Duration
    /// What people should know; each becomes a line.
    package var comments: [String]
    /// What the values of its histograms are.
    package var unit: Unit

    /// What a value is 1 of.
    package enum Unit: Sendable, Hashable {
        case nanoseconds, microseconds, milliseconds
    }

    /// Describes a log.
    package init(start: Duration, comments: [String] = [], unit: Unit) {
        self.start = start
        self.comments = comments
        self.unit = unit
    }

    /// The lines above the first interval.
    package var head: String {
        let comments = comments.flatMap { $0.split(whereSeparator: \.isNewline) }.map { "#\($0)\n" }.joined()
        return """
            #[Histogram log format version 1.3]
            \(comments)#[StartTime: \(start.inLogSeconds) (seconds since epoch), \(UTCTime(sinceEpoch: start))]
            "StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"

            """
    }

    /// The line of an interval.
    ///
    /// It throws ``HistogramError/noMemory``.
    package func line(_ interval: HistogramInterval) throws(HistogramError) -> String {
        let tag = interval.tag.map { "Tag=\($0.text)," } ?? ""
        let fields = [
            interval.start.inLogSeconds, interval.length.inLogSeconds,
            unit.milliseconds(of: interval.histogram.max ?? 0), try interval.histogram.encoded(),
        ]
        return "\(tag)\(fields.joined(separator: ","))\n"
    }
}

extension HistogramLog.Unit {
    private var perMillisecond: UInt64 {
        switch self {
        case .nanoseconds: 1_000_000
        case .microseconds: 1_000
        case .milliseconds: 1
        }
    }

    /// A value in milliseconds, with three decimals.
    fileprivate func milliseconds(of value: UInt64) -> String {
        let (whole, rest) = value.quotientAndRemainder(dividingBy: perMillisecond)
        return "\(whole).\(threeDigits(rest * 1_000 / perMillisecond))"
    }
}

extension Duration {
    /// Seconds with three decimals, rounded down; what is before 0 is 0, since a log has no sign.
    fileprivate var inLogSeconds: String {
        let (seconds, attoseconds) = Swift.max(self, .zero).components
        return "\(seconds).\(threeDigits(UInt64(attoseconds / 1_000_000_000_000_000)))"
    }
}

private func threeDigits(_ number: UInt64) -> String { String(String(1_000 + number).suffix(3)) }
