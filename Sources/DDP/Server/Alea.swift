/// Johannes Baagøe's generator, by which Meteor's two ends draw the same ids from one `randomSeed`: a server seeds it
/// with the seed and the name of a stream, such as `/collection/items`.
public struct Alea: Sendable {
    private var s0: Double
    private var s1: Double
    private var s2: Double
    private var carry = 1.0
    private static let unit = 2.3283064365386963e-10

    /// A generator of these seeds, each as JavaScript writes it.
    public init(seeds: [String]) {
        var mash = Mash()
        s0 = mash.next(" ")
        s1 = mash.next(" ")
        s2 = mash.next(" ")
        for seed in seeds {
            s0 = Self.wrapped(s0 - mash.next(seed))
            s1 = Self.wrapped(s1 - mash.next(seed))
            s2 = Self.wrapped(s2 - mash.next(seed))
        }
    }

    /// A number from 0 up to 1.
    public mutating func fraction() -> Double {
        let sum = 2_091_639 * s0 + carry * Self.unit
        carry = Double(Int64(sum))
        s0 = s1
        s1 = s2
        s2 = sum - carry
        return s2
    }

    /// An id of 17 characters that people do not mix up.
    public mutating func id() -> String { text(of: SessionID.alphabet, count: 17) }

    /// As many hexadecimal digits.
    public mutating func hexString(_ count: Int) -> String { text(of: Array("0123456789abcdef"), count: count) }

    private mutating func text(of letters: [Character], count: Int) -> String {
        String((0..<count).map { _ in letters[Int(fraction() * Double(letters.count))] })
    }

    private static func wrapped(_ value: Double) -> Double { value < 0 ? value + 1 : value }

    /// Turns text into fractions, each of which depends on all text before.
    private struct Mash {
        private var state = Double(0xEFC8_249D as UInt32)

        mutating func next(_ text: String) -> Double {
            for unit in text.utf16 {
                state += Double(unit)
                var product = 0.02519603282416938 * state
                state = Self.low(product)
                product -= state
                product *= state
                state = Self.low(product)
                product -= state
                state += product * 4_294_967_296
            }
            return Self.low(state) * Alea.unit
        }

        /// The lowest 32 bits of the whole part.
        private static func low(_ value: Double) -> Double {
            Double(UInt32(truncatingIfNeeded: UInt64(value)))
        }
    }
}
