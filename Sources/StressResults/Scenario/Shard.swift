/// Part K of N of a scenario's clients.
public struct Shard: Sendable, Hashable, CustomStringConvertible {
    /// From 1 to `count`.
    public let number: Int
    /// How many there are.
    public let count: Int

    /// All clients.
    public static let whole = Shard(number: 1, count: 1)

    private init(number: Int, count: Int) {
        self.number = number
        self.count = count
    }

    /// Reads `K/N`.
    public init(_ text: String) throws(ScenarioError) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int(parts[0]), let count = Int(parts[1]), (1...100_000).contains(count),
            (1...count).contains(number)
        else { throw ScenarioError(expected: "K/N with K from 1 to N, such as 2/4", of: "the shard", got: text) }
        self.init(number: number, count: count)
    }

    /// The numbers, from 0, of its clients among so many.
    package func clients(of all: Int) -> Range<Int> {
        all * (number - 1) / count..<all * number / count
    }

    /// As it is read.
    public var description: String { "\(number)/\(count)" }
}
