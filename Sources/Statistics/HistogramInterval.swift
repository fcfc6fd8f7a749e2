/// What was recorded in a part of a run.
package struct HistogramInterval: Sendable, Hashable {
    /// Which of several histograms of the same time it is.
    package var tag: HistogramTag?
    /// When it began, since the log's start; told to the millisecond.
    package var start: Duration
    /// How long it took; told to the millisecond.
    package var length: Duration
    /// What was recorded.
    package var histogram: HdrHistogram

    /// Describes an interval.
    package init(tag: HistogramTag? = nil, start: Duration, length: Duration, histogram: HdrHistogram) {
        self.tag = tag
        self.start = start
        self.length = length
        self.histogram = histogram
    }
}

/// A name that fits in a line of a log.
package struct HistogramTag: Sendable, Hashable {
    /// The name.
    package let text: String

    /// Nil unless it has a letter, and neither commas nor blanks nor line breaks.
    package init?(_ text: some StringProtocol) {
        guard !text.isEmpty, !text.contains(where: { $0 == "," || $0.isWhitespace }) else { return nil }
        self.text = String(text)
    }
}
