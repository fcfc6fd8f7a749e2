/// What a balancer's affinity keeps together.
public enum AffinityScope: String, Codable, Sendable, Hashable, CaseIterable {
    /// Everything one client sends, whatever the path: a cookie of the balancer's own.
    case client
    /// What belongs to one SockJS session: the session segment of the URL.
    case session
    /// Everything that comes from one address: clients behind one address are one to it.
    case address
}

/// Where a session is after its node died and came back.
package enum FailoverFamily: String, Codable, Sendable, Hashable, CaseIterable {
    /// The session moves once and stays where it moved; the cookie or table entry is rewritten.
    case rehome = "re-home"
    /// The session is hashed to another node and goes back when its node returns.
    case hashReturn = "hash-return"
}
