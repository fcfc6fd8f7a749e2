import History

/// What one variant of a balancer claims to do: the ground for `unsupported` verdicts and for remedies.
public struct BalancerClaims: Sendable, Hashable {
    /// What its affinity keeps together; nil for a configuration of which nobody said.
    public var scope: AffinityScope?
    /// What is said of faults of nodes; nil for a configuration of which nobody said.
    public var faults: FaultClaims?
    /// Claimed feature → the directive of the balancer's configuration that gives it.
    public var directives: [String: String]
    /// Cause or code of a finding → the lines to write, in the language of the balancer's configuration.
    public var remedies: [String: String]
    /// What the balancer says when something is wrong, most telling first.
    public var sayings: [Saying]
    /// The extended features left out, sorted by name.
    public var unclaimed: [UnclaimedFeature]

    /// Claims as the manifest states them.
    public init(
        scope: AffinityScope?, faults: FaultClaims?, directives: [String: String],
        remedies: [String: String] = [:], sayings: [Saying] = [], unclaimed: [UnclaimedFeature]
    ) {
        self.scope = scope
        self.faults = faults
        self.directives = directives
        self.remedies = remedies
        self.sayings = sayings
        self.unclaimed = unclaimed
    }

    /// The claimed features, sorted by name.
    public var features: [String] { directives.keys.sorted() }

    /// Whether the feature is claimed.
    public func claims(_ feature: String) -> Bool { directives[feature] != nil }
}

/// An extended feature that a balancer does not have.
public struct UnclaimedFeature: Sendable, Hashable {
    /// Name of the feature.
    public var feature: String
    /// Why the balancer cannot do it.
    public var reason: String
    /// An https URL of a document that says so.
    public var source: String

    /// A feature with the ground for leaving it out.
    public init(feature: String, reason: String, source: String) {
        self.feature = feature
        self.reason = reason
        self.source = source
    }
}
