/// The feature names a manifest may use; given by whoever owns the cases.
public struct KnownFeatures: Sendable, Hashable {
    /// Features every balancer must claim.
    public var core: Set<String>
    /// Features a balancer may leave unclaimed, with a reason and a source.
    public var extended: Set<String>
    /// Features that affinity of scope `session` can't give.
    public var needingClientScope: Set<String>
    /// Causes and codes of findings that a manifest may have a remedy for; nil where nobody has to know them.
    public var remedyKeys: Set<String>?
    /// Causes that words of a balancer may speak of; nil where nobody has to know them.
    public var causes: Set<String>?

    /// The names; `needingClientScope` is a subset of the others.
    public init(
        core: Set<String>, extended: Set<String>, needingClientScope: Set<String> = [], remedyKeys: Set<String>? = nil,
        causes: Set<String>? = nil
    ) {
        self.core = core
        self.extended = extended
        self.needingClientScope = needingClientScope
        self.remedyKeys = remedyKeys
        self.causes = causes
    }

    /// Core and extended names.
    public var all: Set<String> { core.union(extended) }
}
