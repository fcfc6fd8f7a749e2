package import Claims
import DDP
package import History

/// Something that happens to nodes and that a balancer must get over.
package enum FaultClass: Sendable, Hashable, CaseIterable {
    /// A node is killed, until each of its clients is back elsewhere.
    case killed
    /// A node accepts but never answers, until requests of its clients are answered elsewhere.
    case hung
    /// A node is back, until it gets a new session.
    case returned
    /// All nodes are down, until a request that comes then is answered by the balancer.
    case allDown
    /// All nodes are back, until a request is served.
    case allReturned
    /// The nodes take upgrades again, until new clients get a WebSocket.
    case upgradesReturned
    /// The balancer was restarted, until each of its clients is back.
    case restarted

    /// The limit where nobody states another.
    package var allowance: Duration {
        switch self {
        // Meteor's first attempts come at once, a third after 3.6 to 6.1 s, a fourth after 8 to 13.3 s more.
        case .killed: .seconds(15)
        case .hung: .seconds(12)
        case .returned: .seconds(20)
        case .allDown: .seconds(6)
        case .allReturned, .upgradesReturned, .restarted: .seconds(15)
        }
    }
}

/// How long a balancer has to get over something that happened to its nodes: what its manifest states, else what is
/// usual for the class of the fault.
package struct FaultLimit: Sendable, Hashable {
    /// What is limited.
    package var fault: FaultClass
    /// How long it may take.
    package var duration: Duration
    /// Whether the manifest states it.
    package var isStated: Bool
    /// The attempt by which a client of Meteor's is back that lost its node; nil for other faults.
    package var lastAttempt: Int?

    /// The limit under these claims.
    package init(_ fault: FaultClass, claims: FaultClaims?) {
        let stated: Int64? =
            switch fault {
            case .killed: claims?.killedMilliseconds
            case .hung: claims?.hungMilliseconds
            case .returned: claims?.returnedMilliseconds
            case .allDown, .allReturned, .upgradesReturned, .restarted: nil
            }
        self.fault = fault
        isStated = stated != nil
        switch (fault, stated) {
        case (.killed, let stated?):
            let (attempt, after) = Self.attempt(from: .milliseconds(stated))
            (lastAttempt, duration) = (max(attempt, Self.usualAttempt), after)
        case (.killed, nil): (lastAttempt, duration) = (Self.usualAttempt, fault.allowance)
        case (_, let stated): (lastAttempt, duration) = (nil, stated.map { .milliseconds($0) } ?? fault.allowance)
        }
    }

    /// With its ground, for a message: "within 4.0 s, as its manifest states".
    package var words: String {
        guard isStated else { return "within \(duration.inWords)" }
        // What is stated of a kill is when requests are served, and the client's next attempt comes later.
        return "within \(duration.inWords), as "
            + (fault == .killed ? "follows from its manifest" : "its manifest states")
    }

    /// The third, since the first two come at once and may both meet the dead node.
    private static let usualAttempt = 3

    /// By which attempt, and when, a client of Meteor's is back for sure whose balancer serves it elsewhere from a moment
    /// on: its attempts come at the latest at these times, and the next one at the earliest when the last was and its
    /// shortest wait are over.
    private static func attempt(from served: Duration) -> (attempt: Int, after: Duration) {
        let backOff = BackOff()
        var (attempts, earliest, latest) = (1, Duration.zero, Duration.zero)
        while earliest < served {
            let wait = backOff.range(after: attempts)
            earliest += wait.lowerBound
            latest += wait.upperBound
            attempts += 1
        }
        return (attempts, latest + opening)
    }

    /// For the attempt itself, with its request for info.
    private static let opening = Duration.seconds(2)
}

extension HistoryView {
    /// The limit that holds in this run.
    package func limit(_ fault: FaultClass) -> FaultLimit { FaultLimit(fault, claims: bench?.faultClaims) }
}
