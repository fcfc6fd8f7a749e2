/// How much is damaged: one unit in so many on average.
package struct DamageRate: Sendable, Hashable, CustomStringConvertible {
    /// The units of which one is damaged, from 1; 1 damages each.
    package let units: UInt64

    /// One unit in `units`; nil for 0.
    package init?(oneIn units: UInt64) {
        guard units > 0 else { return nil }
        self.units = units
    }

    /// The rate that a text such as `1/1000` says; nil where it says none.
    package init?(_ text: some StringProtocol) {
        let digits = text.dropFirst(2)
        // Int's own reading would take a sign.
        guard text.hasPrefix("1/"), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let units = UInt64(digits)
        else { return nil }
        self.init(oneIn: units)
    }

    /// As it is written.
    package var description: String { "1/\(units)" }
}
