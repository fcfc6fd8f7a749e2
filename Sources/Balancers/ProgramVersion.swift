/// A version such as `1.29.4`, to be compared number by number; what follows the numbers does not count.
package struct ProgramVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The numbers, most significant first.
    package let numbers: [Int]

    /// Reads a version; nil for a text that does not begin with a number.
    package init?(_ text: some StringProtocol) {
        var numbers: [Int] = []
        for part in text.split(separator: ".", omittingEmptySubsequences: false) {
            let digits = part.prefix { $0.isASCII && $0.isNumber }
            guard let number = Int(digits) else { break }
            numbers.append(number)
            if digits.count < part.count { break }
        }
        guard !numbers.isEmpty else { return nil }
        self.numbers = numbers
    }

    package static func < (left: ProgramVersion, right: ProgramVersion) -> Bool {
        let count = max(left.numbers.count, right.numbers.count)
        func padded(_ version: ProgramVersion) -> [Int] {
            version.numbers + Array(repeating: 0, count: count - version.numbers.count)
        }
        return padded(left).lexicographicallyPrecedes(padded(right))
    }

    package var description: String { numbers.map(String.init).joined(separator: ".") }
}
