/// What can be wrong with a node. All can be in force together.
public enum NodeFault: Sendable, Hashable {
    /// As `kill -9`: listener and sockets are closed, sessions and timers gone; healing is a new boot on the same port.
    case kill
    /// As SIGSTOP: the kernel accepts, nothing else happens; healing works off what waited.
    case hang
    /// `/health` answers 503.
    case unhealthy
    /// The listener is closed, connections live on.
    case refuseConnections
    /// HTTP answers (101 too) come this much later than the requests are executed.
    case slow(milliseconds: Int)
    /// Upgrades are answered 400.
    case refuseUpgrade
    /// Upgrades are never answered.
    case silentUpgrade
    /// Upgrades are answered 101, then nothing is ever sent on those sockets.
    case muteAfter101

    /// The names on the control plane.
    public static let names = [
        "kill", "hang", "unhealthy", "refuse-connections", "slow", "refuse-upgrade", "silent-upgrade", "mute-after-101",
    ]

    /// Its name on the control plane.
    public var name: String {
        switch self {
        case .kill: "kill"
        case .hang: "hang"
        case .unhealthy: "unhealthy"
        case .refuseConnections: "refuse-connections"
        case .slow: "slow"
        case .refuseUpgrade: "refuse-upgrade"
        case .silentUpgrade: "silent-upgrade"
        case .muteAfter101: "mute-after-101"
        }
    }

    /// The fault of this name; nil if there is none. `slow` needs milliseconds from 0 to 600 000.
    public init?(name: String, milliseconds: Int? = nil) {
        switch name {
        case "kill": self = .kill
        case "hang": self = .hang
        case "unhealthy": self = .unhealthy
        case "refuse-connections": self = .refuseConnections
        case "slow":
            guard let milliseconds, (0...600_000).contains(milliseconds) else { return nil }
            self = .slow(milliseconds: milliseconds)
        case "refuse-upgrade": self = .refuseUpgrade
        case "silent-upgrade": self = .silentUpgrade
        case "mute-after-101": self = .muteAfter101
        default: return nil
        }
    }
}
