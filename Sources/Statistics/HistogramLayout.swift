/// How a histogram divides values into slots: those of one slot are equal to so many significant digits.
///
/// It is the layout of HdrHistogram: slots of one width up to a power of two, then half as many of twice the width, and
/// so on.
package struct HistogramLayout: Sendable, Hashable {
    /// The smallest value that must be told from 0.
    package let lowest: UInt64
    /// The largest value that is told from larger ones.
    package let highest: UInt64
    /// How many decimal digits of a value count, 1 to 5.
    package let digits: Int
    /// How many slots there are; each takes 8 bytes.
    package let slotCount: Int

    private let unitMagnitude: Int
    private let halfMagnitude: Int
    private let mask: UInt64

    /// A layout for values from `lowest` to `highest`.
    ///
    /// It throws ``HistogramError/layout(_:)`` unless there are 1 to 5 digits, `lowest` is at least 1, and `highest` is at
    /// least twice as much and fits in 63 bits.
    package init(lowest: UInt64 = 1, highest: UInt64, digits: Int) throws(HistogramError) {
        guard 1...5 ~= digits else { throw .layout("expected 1 to 5 significant digits, got \(digits)") }
        guard lowest >= 1 else { throw .layout("expected a lowest value of at least 1, got 0") }
        guard highest <= UInt64(Int64.max), highest / 2 >= lowest else {
            throw .layout("expected a highest value from 2 × \(lowest) to 2^63 − 1, got \(highest)")
        }
        self.lowest = lowest
        self.highest = highest
        self.digits = digits
        unitMagnitude = 63 - lowest.leadingZeroBitCount
        // As many slots of one width as tell apart 2 × 10^digits values, rounded up to a power of two.
        halfMagnitude = [4, 7, 10, 14, 17][digits - 1]
        guard unitMagnitude + halfMagnitude <= 61 else {
            throw .layout("expected a lowest value that leaves room for \(digits) digits below 2^63, got \(lowest)")
        }
        mask = ((1 << (halfMagnitude + 1)) - 1) << unitMagnitude
        var end = UInt64(1) << (unitMagnitude + halfMagnitude + 1)
        var halves = 2
        while end <= highest {
            end <<= 1
            halves += 1
        }
        slotCount = halves << halfMagnitude
    }

    /// The slot of a value up to `highest`.
    func slot(of value: UInt64) -> Int {
        // Nothing here can overflow, and the checks would take longer than the rest.
        let doublings = 63 &- (value | mask).leadingZeroBitCount &- unitMagnitude &- halfMagnitude
        return doublings &<< halfMagnitude &+ Int(truncatingIfNeeded: value &>> (doublings &+ unitMagnitude))
    }

    /// The values that a slot stands for.
    func values(of slot: Int) -> ClosedRange<UInt64> {
        let doublings = max(0, slot >> halfMagnitude - 1)
        let magnitude = doublings + unitMagnitude
        let first = UInt64(slot - doublings << halfMagnitude) << magnitude
        return first...(first + (1 << magnitude - 1))
    }
}
