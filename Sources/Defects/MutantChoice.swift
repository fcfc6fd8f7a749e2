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
}

/// Why a text names no mutant.
package enum MutantChoiceError: Error, Equatable, CustomStringConvertible {
    /// There is none of this name.
    case unknown(String)
    /// What follows the name in this text is no rate.
    case malformedRate(String)
    /// The mutant of this name breaks nothing that comes in units.
    case withoutUnit(String)

    /// What is wrong, and what to do.
    package var description: String {
        switch self {
        case .unknown(let name): "no mutant is called \"\(name)\"; `stickler mutants` lists them"
        case .malformedRate(let text):
            "mutant \(text): a rate is 1/N, N a whole number from 1, such as "
                + "\(text.prefix { $0 != ":" }):1/1000 for one unit in 1000"
        case .withoutUnit(let name):
            "\(name) can't be done at a rate: what it breaks holds for a connection, a node or the whole proxy, so there "
                + "are no units to damage one in N of; name it without a rate, or one of "
                + Mutant.all.filter { $0.rated != nil }.map(\.name).joined(separator: ", ")
        }
    }
}
