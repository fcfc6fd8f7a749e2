/// JSON of which every number is one that can be counted or measured, so that none can make a sum of shards overflow;
/// checked apart, since a decoder does not say which whole number is none.
struct BoundedNumbers: Decodable {
    /// More than any run counts, and less than makes the sum of all shards there can be overflow.
    static let limit = 90_000_000_000_000.0

    /// Objects that hold nothing but counts.
    private static let counts: Set<String> = ["counts", "clients"]

    init(from decoder: any Decoder) throws {
        if let object = try? decoder.container(keyedBy: Key.self) {
            for key in object.allKeys { _ = try object.decode(BoundedNumbers.self, forKey: key) }
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
        guard !(0...Self.limit).contains(number) else { return }
        throw DecodingError.dataCorruptedError(
            in: value, debugDescription: "expected a number from 0 to \(Int(Self.limit)), got \(number)")
    }

    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
