/// A fault a node can be put into, by its name on the control plane.
public enum NodeFault: Sendable, Hashable {
    /// Listener and all sockets close at once, as after `kill -9`.
    case kill
    /// Nothing is read, written or accepted until healed, as after SIGSTOP.
    case hang
    /// Health checks fail; all else works.
    case unhealthy
    /// New connections are refused; open ones live.
    case refuseConnections
    /// Every answer comes so many milliseconds late; requests are executed at once.
    case slow(milliseconds: Int)
    /// Upgrades are answered 400.
    case refuseUpgrade
    /// Upgrades are never answered.
    case silentUpgrade
    /// Upgrades are answered 101, then nothing is ever sent.
    case muteAfter101

    /// Name on the control plane.
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
}
