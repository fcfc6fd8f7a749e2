package import StickyProxy

/// A defect that can be done at a rate.
package protocol RatedDefect: Defect {
    /// What it does at a rate.
    var rated: RatedDamage { get }
}
