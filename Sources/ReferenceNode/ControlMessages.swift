package import History

// What goes over the control plane, for both of its ends; JSON objects with these names as keys.

/// What a node says of itself: the answer to `GET /status` and to what changes its faults.
package struct NodeStatus: Codable, Sendable, Hashable {
    /// What clients of a node meet.
    package enum State: String, Codable, Sendable, Hashable {
        case serving, killed, hung
    }

    /// Its stable id.
    package var nodeID: String
    /// Its present boot.
    package var bootID: String
    /// Address its clients and balancers connect to.
    package var listen: String
    /// What clients meet.
    package var state: State
    /// The faults in force.
    package var faults: [FaultKind]
    /// Its clock when it answered.
    package var clock: HistoryTime
    /// The lease that is in force, without its id.
    package var lease: LeaseRecord?
    /// How many files its process may have open.
    package var openFiles: Int?
    /// What it last had no descriptor for; nil while there always was one.
    package var shortage: String?
}

/// Part of a node's log: the answer to `GET /log?since=N`.
package struct LogPage: Codable, Sendable, Hashable {
    /// Most events of one page; one with fewer is the last.
    package static let limit = 5_000

    /// Where the next page begins.
    package var next: Int
    /// The node's clock when it answered.
    package var clock: HistoryTime
    /// The events, oldest first.
    package var events: [HistoryEvent]
}

/// The body of `POST /faults`.
package struct FaultRequest: Codable, Sendable, Hashable {
    /// What is to be wrong.
    package var fault: FaultKind
    /// How late a slow node's answers come.
    package var milliseconds: Int?
    /// The lease that the fault ends with.
    package var lease: String?
    /// How long the fault lasts, at most a day; not with a lease.
    package var forMilliseconds: Int?

    /// Asks for this fault, until the lease ends where there is one.
    package init(_ fault: NodeFault, lease: String? = nil) {
        self.fault = fault.kind
        milliseconds = fault.milliseconds
        self.lease = lease
    }
}

/// The body of `POST /lease`.
package struct LeaseRequest: Codable, Sendable, Hashable {
    /// Who asks, in words.
    package var holder: String
    /// How long it lasts after each renewal, from 100 to 60 000; 20 000 without.
    package var milliseconds: Int?

    /// Asks for a lease of this length.
    package init(holder: String, milliseconds: Int) {
        self.holder = holder
        self.milliseconds = milliseconds
    }
}

/// A lease of a node: the answer to `POST /lease` and to its renewal; with status 409 that of somebody else.
package struct LeaseRecord: Codable, Sendable, Hashable {
    /// Its id; told only to the one who takes it or renews it.
    package var lease: String?
    /// Who holds it, in words.
    package var holder: String
    /// How long it has been held.
    package var heldSeconds: Int
    /// When it ends unless it is renewed before.
    package var endsInSeconds: Int
}

/// The answer to what ends a lease or all faults.
package struct HealedFaults: Codable, Sendable, Hashable {
    /// Those that were in force.
    package var healed: [FaultKind]
    /// The lease that was ended, where somebody else did it.
    package var lease: LeaseRecord?
}
