/// What a request is for; checkers select by it. Cases add their own beside the workload that sends them.
public struct RequestLabel: RawRepresentable, Codable, Sendable, Hashable {
    /// The label in a file and in words.
    public let rawValue: String

    /// A label.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// A label.
    public init(_ name: String) { rawValue = name }

    /// `GET /info`.
    public static let info = RequestLabel("info")
    /// The iframe page.
    public static let iframe = RequestLabel("iframe")
    /// The receive request that opens a session, a poll or a stream.
    public static let pollOpen = RequestLabel("poll-open")
    /// A later receive request, a poll or a stream.
    public static let poll = RequestLabel("poll")
    /// `xhr_send` and `jsonp_send`.
    public static let send = RequestLabel("send")
    /// A WebSocket upgrade.
    public static let upgrade = RequestLabel("upgrade")
    /// Whether anybody answers, and who.
    public static let probe = RequestLabel("probe")
    /// An upgrade whose answer is looked at byte by byte.
    public static let handshake = RequestLabel("handshake")
    /// An upgrade that the node refuses.
    public static let refusal = RequestLabel("refusal")
    /// A WebSocket of a service that has none.
    public static let disabledTransport = RequestLabel("disabled-transport")
}

extension RequestLabel: CustomStringConvertible {
    /// In words, for people.
    public var description: String { rawValue }
}
