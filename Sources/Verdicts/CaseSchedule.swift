/// How a case is run beside others; what it states does not depend on it.
public struct CaseSchedule: Sendable, Hashable {
    /// Whether other cases may use the nodes at the same time.
    public enum Company: Sendable, Hashable {
        /// They may.
        case shared
        /// They may not, since it breaks nodes; whatever comes after it waits until the balancer believes in them again.
        case alone
    }

    /// The time a case is played in.
    public enum Clock: Sendable, Hashable {
        /// True time: what the case gives a balancer is not shortened.
        case real
        /// Shortened, together with the idle limits and heartbeats that the case waits for, where these can be.
        case scaled
    }

    /// Whether others may use the nodes meanwhile.
    public var company: Company
    /// How long it takes where nothing is wrong and the machine is idle, in seconds; the long ones begin first.
    public var seconds: Double
    /// The time it is played in.
    public var clock: Clock

    private init(_ company: Company, _ seconds: Double, _ clock: Clock) {
        self.company = company
        self.seconds = seconds
        self.clock = clock
    }

    /// For a case that leaves the nodes as they are.
    public static func shared(seconds: Double = 1, in clock: Clock = .real) -> CaseSchedule {
        CaseSchedule(.shared, seconds, clock)
    }

    /// For a case that injects faults.
    public static func alone(seconds: Double, in clock: Clock = .real) -> CaseSchedule {
        CaseSchedule(.alone, seconds, clock)
    }
}
