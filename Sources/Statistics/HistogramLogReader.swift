/// Reads a log an interval at a time, so that a small text can't take more memory than one histogram does.
package struct HistogramLogReader: Sendable {
    /// When the log began, since 1970-01-01 00:00 UTC, as far as it was read; without a line that says so, the time of
    /// its first interval.
    package private(set) var start: Duration?

    /// What the times of intervals count from, since 1970; nil until a line tells it.
    private var base: Duration?
    private var rest: Substring.UTF8View
    private var line = 0
    private let slotLimit: Int

    /// A reader of the whole text of a log, whose histograms may have so many slots.
    package init(_ text: String, slotLimit: Int = HdrHistogram.defaultSlotLimit) {
        rest = text[...].utf8
        self.slotLimit = slotLimit
    }

    /// The next interval; nil at the end.
    ///
    /// It throws for a line that is none. The one after it can still be read.
    package mutating func next() throws(HistogramLogError) -> HistogramInterval? {
        while let text = nextLine() {
            switch text.first {
            case nil, "\"": continue
            case "#":
                start = try seconds(ofComment: text, called: "StartTime") ?? start
                base = try seconds(ofComment: text, called: "BaseTime") ?? base
            default: return try interval(text)
            }
        }
        return nil
    }

    private mutating func nextLine() -> Substring? {
        guard !rest.isEmpty else { return nil }
        line += 1
        var text = rest.prefix { $0 != UInt8(ascii: "\n") }
        rest = rest[text.endIndex...].dropFirst()
        if text.last == UInt8(ascii: "\r") { text.removeLast() }
        return Substring(text)
    }

    /// The time of `#[name: 1441812279.474 (seconds since epoch)…`; nil for other comments.
    private func seconds(ofComment text: Substring, called name: String) throws(HistogramLogError) -> Duration? {
        let start = "#[\(name):"
        guard text.hasPrefix(start) else { return nil }
        let number = text.dropFirst(start.count).drop { $0 == " " }.prefix { $0 != " " && $0 != "]" }
        return try seconds(number)
    }

    private mutating func interval(_ text: Substring) throws(HistogramLogError) -> HistogramInterval {
        var fields = text.split(separator: ",", maxSplits: 4, omittingEmptySubsequences: false)
        var tag: HistogramTag?
        if let first = fields.first, first.hasPrefix("Tag=") {
            guard let named = HistogramTag(first.dropFirst(4)) else {
                throw HistogramLogError(line: line, problem: .tag(String(first)))
            }
            tag = named
            fields.removeFirst()
        }
        guard fields.count == 4 else { throw HistogramLogError(line: line, problem: .fields(fields.count)) }
        let stamp = try seconds(fields[0])
        let length = try seconds(fields[1])
        let histogram: HdrHistogram
        do throws(HistogramError) {
            histogram = try HdrHistogram(encoded: fields[3], slotLimit: slotLimit)
        } catch {
            throw HistogramLogError(line: line, problem: .histogram(error))
        }
        let start = start ?? stamp
        // The format's rule: times of more than a year before the start count from it, others from 1970.
        let base = base ?? (stamp < start - .seconds(365 * 86_400) ? start : .zero)
        (self.start, self.base) = (start, base)
        return HistogramInterval(tag: tag, start: stamp + base - start, length: length, histogram: histogram)
    }

    private func seconds(_ text: Substring) throws(HistogramLogError) -> Duration {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count > 1 ? parts[1] : ""
        let isNumber = parts.joined().utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        // Twelve digits of seconds are enough for any time, and three decimals are what the format has.
        guard isNumber, 1...12 ~= parts[0].count, let seconds = Int64(parts[0]),
            let milliseconds = Int64((fraction + "000").prefix(3))
        else { throw HistogramLogError(line: line, problem: .number(String(text.prefix(80)))) }
        return .seconds(seconds) + .milliseconds(milliseconds)
    }
}

/// Why a line of a log can't be read.
package struct HistogramLogError: Error, Hashable, Sendable {
    /// What is wrong.
    package enum Problem: Hashable, Sendable {
        /// It has not four fields.
        case fields(Int)
        /// Its tag is empty, or has a blank.
        case tag(String)
        /// Where seconds should stand, this does.
        case number(String)
        /// Its histogram can't be read.
        case histogram(HistogramError)
    }

    /// The line, from 1.
    package var line: Int
    /// What is wrong there.
    package var problem: Problem
}

extension HistogramLogError: CustomStringConvertible {
    package var description: String {
        switch problem {
        case .fields(let count):
            "line \(line): expected a start, a length, a maximum and a histogram with commas between, got \(count) fields"
        case .tag(let text): "line \(line): expected Tag= and a name without blanks, got \(text)"
        case .number(let text): "line \(line): expected seconds such as 12.345, got \(text)"
        case .histogram(let error): "line \(line): \(error)"
        }
    }
}
