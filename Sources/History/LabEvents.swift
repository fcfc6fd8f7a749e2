public import Claims

/// A named stretch of a run begins, such as `control` or `after-kill`.
public struct Phase: Codable, Sendable, Hashable {
    /// Its name.
    public var name: String
    /// A phase of this name.
    public init(name: String) { self.name = name }
}

/// What holds for the whole run of a case, said once before it begins.
public struct BenchFacts: Codable, Sendable, Hashable {
    /// `Host` of the requests of clients that were given no other one.
    public var host: String
    /// Path before every target, such as `/app`; empty for none.
    public var pathPrefix: String
    /// Whether the balancer was started for the run, and so is there for every path and every name. One that already
    /// ran may rightly have other plans for those it was not asked about.
    public var isOwn: Bool
    /// Factor on idle limits and on the heartbeats that must keep sessions alive; 1 is true time.
    public var timeScale: Double
    /// What the balancer's affinity is said to keep together; nil where nobody said.
    public var scope: AffinityScope?
    /// Whether the user named the site, and so others may rightly be refused; nil where not.
    public var isNamed: Bool?
    /// Whether WebSockets are opened elsewhere than all else goes; nil where not.
    public var hasWebSocketsApart: Bool?
    /// What the balancer's manifest says of faults; nil where there is none.
    package var faultClaims: FaultClaims?

    /// A bench in front of this name and path.
    package init(
        host: String, pathPrefix: String, isOwn: Bool, timeScale: Double = 1, scope: AffinityScope? = nil,
        isNamed: Bool? = nil, hasWebSocketsApart: Bool? = nil, faultClaims: FaultClaims? = nil
    ) {
        self.host = host
        self.pathPrefix = pathPrefix
        self.isOwn = isOwn
        self.timeScale = timeScale
        self.scope = scope
        self.isNamed = isNamed
        self.hasWebSocketsApart = hasWebSocketsApart
        self.faultClaims = faultClaims
    }

    /// Whether the balancer is there for any name.
    public var isForAnyName: Bool { isOwn && isNamed != true }
}

/// A fault was applied to a node, or healed.
public struct Fault: Codable, Sendable, Hashable {
    /// The node.
    public var nodeID: String
    /// What is wrong with it.
    public var fault: FaultKind
    /// This fault of this node.
    public init(nodeID: String, fault: FaultKind) {
        self.nodeID = nodeID
        self.fault = fault
    }
}

/// One of our own event loops did not run for a while, so deadlines around it say nothing.
public struct Stall: Codable, Sendable, Hashable {
    /// Which loop.
    public var loop: String
    /// How long it stood still, in milliseconds; the event's time is the end of it.
    public var milliseconds: Int64
    /// A stall of this loop.
    public init(loop: String, milliseconds: Int64) {
        self.loop = loop
        self.milliseconds = milliseconds
    }
}

/// A node, or the reference proxy where the lab recorded it, could not serve somebody since it had no descriptor left; so
/// what failed around it says nothing.
public struct Shortage: Codable, Sendable, Hashable {
    /// What it could not do and why, in words.
    public var detail: String
    /// A shortage of this kind.
    public init(detail: String) { self.detail = detail }
}

/// The balancer wrote a line, on standard error, on standard output or into its log.
public struct BalancerOutput: Codable, Sendable, Hashable {
    /// The line without its end, at most 1 KiB; the event's time is when it was read.
    public var line: String
    /// This line.
    public init(line: String) { self.line = line }
}

/// The balancer wrote more than is kept. What it did is judged by what clients and nodes saw, so nothing is missing there.
public struct BalancerOutputDropped: Codable, Sendable, Hashable {
    /// How many lines were not kept.
    public var lines: Int
    /// So many lines.
    public init(lines: Int) { self.lines = lines }
}

/// The balancer's process ended, and nobody stopped it.
public struct BalancerEnded: Codable, Sendable, Hashable {
    /// How, in words: `exit code 1`, `signal 9`.
    public var exit: String
    /// An end of this kind.
    public init(exit: String) { self.exit = exit }
}

/// Something was done to the balancer while it ran, or is about to be.
public struct Operation: Codable, Sendable, Hashable {
    /// What.
    public var verb: Verb
    /// The node that it is about; nil where it is about none.
    public var nodeID: String?
    /// By what rule nodes join and leave from now on; nil for other verbs.
    public var rule: ScalingFacts?
    /// This verb, of this node.
    public init(verb: Verb, nodeID: String? = nil, rule: ScalingFacts? = nil) {
        self.verb = verb
        self.nodeID = nodeID
        self.rule = rule
    }

    /// For messages: "drain of n1", "reload".
    package var words: String { nodeID.map { "\(verb.rawValue) of \($0)" } ?? verb.rawValue }
}
