/// A named stretch of a run begins, such as `control` or `after-kill`.
public struct Phase: Codable, Sendable, Hashable {
    /// Its name.
    public var name: String
    /// A phase of this name.
    public init(name: String) { self.name = name }
}

/// What holds for the whole run of a case, said once before it begins.
public struct BenchFacts: Codable, Sendable, Hashable {
    /// Factor on idle limits and on the heartbeats that must keep sessions alive; 1 is true time.
    public var timeScale: Double
    /// Facts of a bench.
    public init(timeScale: Double) { self.timeScale = timeScale }
}

/// A fault was applied to a node, or healed.
public struct Fault: Codable, Sendable, Hashable {
    /// The node.
    public var nodeID: String
    /// The fault's name as the control plane knows it.
    public var fault: String
    /// This fault of this node.
    public init(nodeID: String, fault: String) {
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
