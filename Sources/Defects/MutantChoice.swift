package import StickyProxy

/// A mutant as it is asked for: `NAME`, or `NAME:1/N` for its damage to one unit in N on average.
package struct MutantChoice: Sendable, CustomStringConvertible {
    /// The mutant.
    package let mutant: Mutant
    /// How much it damages; nil for what it does without a rate.
    package let rate: DamageRate?
    private let rated: RatedDamage?

    /// The choice that a text names. Throws ``MutantChoiceError`` where it names none.
    package init(_ text: String) throws(MutantChoiceError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        guard let mutant = Mutant.named(name) else { throw .unknown(name) }
        self.mutant = mutant
        guard parts.count > 1 else {
            (rate, rated) = (nil, nil)
            return
        }
        guard let rate = DamageRate(parts[1]) else { throw .malformedRate(text) }
        guard let rated = mutant.rated else { throw .withoutUnit(name) }
        (self.rate, self.rated) = (rate, rated)
    }

    /// As it is written.
    package var description: String { mutant.name + (rate.map { ":\($0)" } ?? "") }

    /// What a proxy does that is this mutant. Each call begins to count anew.
    ///
    /// - Parameter seed: decides which units are drawn.
    package func damage(seed: UInt64) -> MutantDamage {
        guard let rate, let rated else {
            return MutantDamage(behavior: mutant.behavior, defects: mutant.defects, lottery: nil)
        }
        let lottery = DamageLottery(rate, seed: seed)
        return MutantDamage(behavior: .reference, defects: [rated.defect(lottery)], lottery: lottery)
    }
}

/// What a proxy does that is a mutant.
package struct MutantDamage: Sendable {
    /// The proxy's behavior.
    package var behavior: Behavior
    /// The damage it does beside that.
    package var defects: [any Defect]
    /// What counts the units; nil without a rate.
    package var lottery: DamageLottery?

    /// A behavior, with some damage beside it or none.
    package init(behavior: Behavior, defects: [any Defect] = [], lottery: DamageLottery? = nil) {
        self.behavior = behavior
        self.defects = defects
        self.lottery = lottery
    }
}
