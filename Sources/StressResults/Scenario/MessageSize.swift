/// Bytes of a message: `32`, or `1..4096` for one drawn evenly.
public struct MessageSize: Sendable, Hashable, CustomStringConvertible {
    /// The largest message, 1 MiB.
    public static let limit = 1 << 20

    /// From the smallest to the largest. A message is never shorter than its number.
    public let range: ClosedRange<Int>

    /// Reads either form.
    public init(_ text: String) throws(ScenarioError) {
        let ends = text.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = ends.compactMap { Int($0) }
        let isRange = ends.count == 3 && ends[1].isEmpty && numbers.count == 2
        guard isRange || (ends.count == 1 && numbers.count == 1), let first = numbers.first, let last = numbers.last,
            first >= 1, first <= last, last <= Self.limit
        else {
            throw ScenarioError(
                expected: "bytes such as 32 or 1..4096, at most \(Self.limit)", of: "the size", got: text)
        }
        range = first...last
    }

    /// Messages of this many bytes.
    public init(_ range: ClosedRange<Int>) {
        self.range = max(1, range.lowerBound)...max(1, min(range.upperBound, Self.limit))
    }

    /// As it is read.
    public var description: String {
        range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)..\(range.upperBound)"
    }
}
