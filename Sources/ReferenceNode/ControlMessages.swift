import History

// What goes over the control plane, for both of its ends; JSON objects with these names as keys.

/// What a node says of itself: the answer to `GET /status` and to what changes its faults.
public struct NodeStatus: Codable, Sendable, Hashable {
    /// What clients of a node meet.
    public enum State: String, Codable, Sendable, Hashable {
        case serving, killed, hung
    }

    /// Its stable id.
    public var nodeID: String
    /// Its present boot.
    public var bootID: String
    /// Address its clients and balancers connect to.
    public var listen: String
    /// What clients meet.
    public var state: State
    /// The faults in force.
    public var faults: [FaultKind]
    /// Its clock when it answered.
    public var clock: HistoryTime
    /// The lease that is in force, without its id.
    public var lease: LeaseRecord?
}

/// Part of a node's log: the answer to `GET /log?since=N`.
public struct LogPage: Codable, Sendable, Hashable {
    /// Most events of one page; one with fewer is the last.
    public static let limit = 5_000

    /// Where the next page begins.
    public var next: Int
    /// The node's clock when it answered.
    public var clock: HistoryTime
    /// The events, oldest first.
    public var events: [HistoryEvent]
}

/// The body of `POST /faults`.
public struct FaultRequest: Codable, Sendable, Hashable {
    /// What is to be wrong.
    public var fault: FaultKind
    /// How late a slow node's answers come.
    public var milliseconds: Int?
    /// The lease that the fault ends with.
    public var lease: String?
    /// How long the fault lasts, at most a day; not with a lease.
    public var forMilliseconds: Int?

    /// Asks for this fault, until the lease ends where there is one.
    public init(_ fault: NodeFault, lease: String? = nil) {
        self.fault = fault.kind
        milliseconds = fault.milliseconds
        self.lease = lease
    }
}

/// The body of `POST /lease`.
public struct LeaseRequest: Codable, Sendable, Hashable {
    /// Who asks, in words.
    public var holder: String
    /// How long it lasts after each renewal, from 100 to 60 000; 20 000 without.
    public var milliseconds: Int?

    /// Asks for a lease of this length.
    public init(holder: String, milliseconds: Int) {
        self.holder = holder
        self.milliseconds = milliseconds
    }
}

/// A lease of a node: the answer to `POST /lease` and to its renewal; with status 409 that of somebody else.
public struct LeaseRecord: Codable, Sendable, Hashable {
    /// Its id; told only to the one who takes it or renews it.
    public var lease: String?
    /// Who holds it, in words.
    public var holder: String
    /// How long it has been held.
    public var heldSeconds: Int
    /// When it ends unless it is renewed before.
    public var endsInSeconds: Int
}

/// The answer to what ends a lease or all faults.
public struct HealedFaults: Codable, Sendable, Hashable {
    /// Those that were in force.
    public var healed: [FaultKind]
    /// The lease that was ended, where somebody else did it.
    public var lease: LeaseRecord?
}
