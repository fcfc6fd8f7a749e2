import Clocks
import History
import StickyProxy

extension ScalingFacts {
    /// What a judge must know of a rule: a measurement more than it asks for is the one that begins too early.
    init(_ rules: ScalingRules) {
        func milliseconds(_ duration: Duration) -> Int64 { duration.wholeNanoseconds / 1_000_000 }
        self.init(
            minimum: rules.minimum, maximum: rules.maximum, target: rules.target,
            growthMilliseconds: milliseconds(rules.period * (rules.periodsAbove + 1)),
            shrinkMilliseconds: milliseconds(rules.period * (rules.periodsBelow + 1)),
            pauseMilliseconds: milliseconds(rules.scaleInCoolDown + rules.period),
            drainMilliseconds: milliseconds(rules.drainLimit))
    }
}
