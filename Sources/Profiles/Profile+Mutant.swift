import Claims
package import Defects
package import StickyProxy

extension Profile {
    /// The reference proxy as it is.
    package static let reference = Profile(
        name: "reference", summary: "The reference proxy: sticky, with fail-over and health checks.",
        behavior: .reference, claims: .reference, documents: [],
        inferred: [], predictions: [])

    /// What a profile does wrong so that a case can be seen to fail.
    package struct Breakage: Sendable {
        /// The mutant, and at which rate it does damage.
        package var mutant: MutantChoice

        /// The id of the case that must fail.
        package var caseID: String { mutant.mutant.breaks }
        /// The code of the finding that it must raise there.
        package var finding: String { mutant.mutant.finding }
    }

    /// The reference proxy with one thing broken.
    package init(_ choice: MutantChoice) {
        let mutant = choice.mutant
        self = .reference
        (name, summary, behavior) = (choice.description, mutant.summary, mutant.behavior)
        breaks = Breakage(mutant: choice)
        // At a rate it depends on what is drawn.
        let verdict = choice.rate == nil ? Deviation.fail : .varies
        predictions = [Prediction(verdict, [mutant.breaks], because: mutant.summary)]
    }

    /// Whether it is a system that people balance with, and not the reference proxy, whole or broken.
    package var isSystem: Bool { breaks == nil && name != Profile.reference.name }

    /// What a proxy does that is this profile. Each call begins to count anew.
    ///
    /// - Parameter seed: decides which units are drawn of a mutant at a rate.
    package func damage(seed: UInt64) -> MutantDamage {
        breaks?.mutant.damage(seed: seed) ?? MutantDamage(behavior: behavior)
    }

    /// What its listener for WebSockets does, in a verification; nil where these have none of their own.
    package var webSockets: Behavior? {
        breaks?.mutant.mutant.webSockets
            ?? listeners.flatMap { Profile.named($0.webSockets)?.accelerated.behavior }
    }
}
