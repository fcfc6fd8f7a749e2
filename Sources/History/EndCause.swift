/// What ended a session, as its client knows it.
public enum EndCause: String, Codable, CaseIterable, Sendable, Hashable {
    /// The client asked for it.
    case client
    /// The peer ended it in order or the connection was lost.
    case peer
    /// Something that the client awaited did not come in the time we gave it.
    case deadline
}
