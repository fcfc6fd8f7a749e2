/// What can be wrong with a node; all can be in force together. The raw value is its name on the control plane and in
/// files.
public enum FaultKind: String, Codable, CaseIterable, Sendable, Hashable {
    /// As `kill -9`: listener and sockets are closed, sessions and timers gone; healing is a new boot on the same port.
    case kill
    /// As SIGSTOP: the kernel accepts, nothing else happens; healing works off what waited.
    case hang
    /// As behind a split network or a host without power: no connection to the node comes about, since what asks for it is
    /// not answered, and nothing moves on those that are there; healing works off what waited.
    case partition
    /// `/health` answers 503; all else works.
    case unhealthy
    /// The listener is closed, connections live on.
    case refuseConnections = "refuse-connections"
    /// Connections are accepted and closed at once, before a byte; those that are there end.
    case closeConnections = "close-connections"
    /// HTTP answers (101 too) come later than the requests are executed.
    case slow
    /// Upgrades are answered 400.
    case refuseUpgrade = "refuse-upgrade"
    /// Upgrades are never answered.
    case silentUpgrade = "silent-upgrade"
    /// Upgrades are answered 101, then nothing is ever sent on those sockets.
    case muteAfter101 = "mute-after-101"

    /// Whether the node answers nothing under it, so that its clients need another one.
    public var takesNodeAway: Bool { self == .kill || stopsLoop || self == .closeConnections }

    /// Whether the node's own event loop stands still under it.
    public var stopsLoop: Bool { self == .hang || self == .partition }

    /// Whether a request that is no upgrade may fail under it.
    public var disturbsRequests: Bool {
        switch self {
        case .kill, .hang, .partition, .unhealthy, .refuseConnections, .closeConnections: true
        case .slow, .refuseUpgrade, .silentUpgrade, .muteAfter101: false
        }
    }
}

extension FaultKind: CustomStringConvertible {
    /// Its name.
    public var description: String { rawValue }
}
