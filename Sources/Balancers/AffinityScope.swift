/// What a balancer's affinity keeps together.
public enum AffinityScope: String, Sendable, Hashable, CaseIterable {
    /// Everything one client sends, whatever the path: a cookie or the source address.
    case client
    /// What belongs to one SockJS session: the session segment of the URL.
    case session
}

/// Where a session is after its node died and came back.
public enum FailoverFamily: String, Sendable, Hashable, CaseIterable {
    /// The session moves once and stays where it moved; the cookie or table entry is rewritten.
    case rehome = "re-home"
    /// The session is hashed to another node and goes back when its node returns.
    case hashReturn = "hash-return"
}
