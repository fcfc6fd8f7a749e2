import Synchronization

/// Draws which units of traffic are damaged, and counts them, over all connections and threads of a proxy.
///
/// Whether a unit is drawn follows from the seed and the unit's number alone, in the order in which units pass.
package final class DamageLottery: Sendable {
    /// How many units are drawn.
    package let rate: DamageRate
    private let seed: UInt64
    private let passed = Atomic<UInt64>(0)
    private let done = Atomic<UInt64>(0)

    /// A lottery that has not been asked yet.
    package init(_ rate: DamageRate, seed: UInt64) {
        self.rate = rate
        self.seed = seed
    }

    /// What was counted so far.
    package var tally: DamageTally {
        DamageTally(units: passed.load(ordering: .relaxed), damaged: done.load(ordering: .relaxed))
    }

    /// Counts a unit that passes, and says whether it is to be damaged.
    func draws() -> Bool {
        let number = passed.wrappingAdd(1, ordering: .relaxed).oldValue
        return Self.mixed(seed, number).multipliedFullWidth(by: rate.units).high == 0
    }

    /// Counts a unit that was drawn and is damaged now.
    func damaged() { done.wrappingAdd(1, ordering: .relaxed) }

    /// Counts a unit, and damages it if it is drawn.
    func damages() -> Bool {
        guard draws() else { return false }
        damaged()
        return true
    }

    /// The number of this place in the sequence of SplitMix64.
    private static func mixed(_ seed: UInt64, _ number: UInt64) -> UInt64 {
        var mixed = seed &+ (number &+ 1) &* 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

/// How many units passed a ``DamageLottery``, and how many of them were damaged.
package struct DamageTally: Sendable, Hashable {
    /// Units that passed.
    package var units: UInt64
    /// Those of them that were damaged: fewer than were drawn where there was nothing to damage.
    package var damaged: UInt64

    /// A count.
    package init(units: UInt64, damaged: UInt64) {
        self.units = units
        self.damaged = damaged
    }
}
