/// A fault a node can be put into, with what it needs.
public struct NodeFault: Sendable, Hashable {
    /// What is wrong.
    public let kind: FaultKind
    /// How late the answers of a slow node come; nil for all other faults.
    public let milliseconds: Int?

    /// A fault of this kind; nil where `milliseconds` is missing or not from 0 to 600 000. Kinds but `slow` take none.
    public init?(_ kind: FaultKind, milliseconds: Int? = nil) {
        if kind == .slow {
            guard let milliseconds, Self.delays.contains(milliseconds) else { return nil }
            self.init(kind: kind, milliseconds: milliseconds)
        } else {
            self.init(kind: kind)
        }
    }

    private init(kind: FaultKind, milliseconds: Int? = nil) {
        self.kind = kind
        self.milliseconds = milliseconds
    }

    private static let delays = 0...600_000

    /// ``FaultKind/kill``
    public static let kill = NodeFault(kind: .kill)
    /// ``FaultKind/hang``
    public static let hang = NodeFault(kind: .hang)
    /// ``FaultKind/partition``
    public static let partition = NodeFault(kind: .partition)
    /// ``FaultKind/unhealthy``
    public static let unhealthy = NodeFault(kind: .unhealthy)
    /// ``FaultKind/refuseConnections``
    public static let refuseConnections = NodeFault(kind: .refuseConnections)
    /// ``FaultKind/closeConnections``
    public static let closeConnections = NodeFault(kind: .closeConnections)
    /// ``FaultKind/slow``, by so many milliseconds, at most 600 000.
    public static func slow(milliseconds: Int) -> NodeFault {
        NodeFault(kind: .slow, milliseconds: min(max(milliseconds, delays.lowerBound), delays.upperBound))
    }
    /// ``FaultKind/refuseUpgrade``
    public static let refuseUpgrade = NodeFault(kind: .refuseUpgrade)
    /// ``FaultKind/silentUpgrade``
    public static let silentUpgrade = NodeFault(kind: .silentUpgrade)
    /// ``FaultKind/muteAfter101``
    public static let muteAfter101 = NodeFault(kind: .muteAfter101)
}
