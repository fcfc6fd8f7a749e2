/// JSON of which every number is one that can be counted or measured, and of which no object has numbers that are too large
/// together, so that no sum over them, nor one over all shards there can be, overflows.
///
/// Whole numbers are checked here too, since a decoder does not say which one is none.
struct BoundedNumbers: Decodable {
    /// More than any run counts, and a hundred thousandth of what an integer holds.
    static let limit = 90_000_000_000_000.0

    /// Objects that hold nothing but counts.
    private static let counts: Set<String> = ["counts", "clients"]

    /// The number, where it is one.
    private var number = 0.0

    init(from decoder: any Decoder) throws {
        if let object = try? decoder.container(keyedBy: Key.self) {
            var sum = 0.0
            for key in object.allKeys { sum += try object.decode(BoundedNumbers.self, forKey: key).number }
            guard sum <= Self.limit else {
                throw DecodingError.dataCorrupted(
                    .init(
                        codingPath: decoder.codingPath,
                        debugDescription: "expected numbers of \(Int(Self.limit)) at most together, got \(sum)"))
            }
            return
        }
        if var array = try? decoder.unkeyedContainer() {
            while !array.isAtEnd { _ = try array.decode(BoundedNumbers.self) }
            return
        }
        let value = try decoder.singleValueContainer()
        guard let number = try? value.decode(Double.self) else { return }
        if decoder.codingPath.contains(where: { Self.counts.contains($0.stringValue) }), number != number.rounded() {
            throw DecodingError.dataCorruptedError(
                in: value, debugDescription: "expected a whole number, got \(number)")
        }
        guard (0...Self.limit).contains(number) else {
            throw DecodingError.dataCorruptedError(
                in: value, debugDescription: "expected a number from 0 to \(Int(Self.limit)), got \(number)")
        }
        self.number = number
    }

    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
