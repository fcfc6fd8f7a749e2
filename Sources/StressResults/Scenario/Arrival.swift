/// When clients send.
public enum Arrival: Sendable, Hashable, CustomStringConvertible {
    /// A think time after the answer to the last message, as people do.
    case closed
    /// By a schedule, so many messages a second from all clients together, whether answers come or not: so that a stall of
    /// the balancer shows in every message that should have gone out meanwhile.
    case open(LoadProfile)

    /// One rate all through the run.
    public static func open(messagesPerSecond rate: Double) -> Arrival { .open(LoadProfile(messagesPerSecond: rate)) }

    /// Reads `closed`, `open:RATE`, or `open:` and stages, as in `open:100 for 30s, 2000 for 5s, 100`.
    public init(_ text: String) throws(ScenarioError) {
        if text == "closed" {
            self = .closed
            return
        }
        guard text.hasPrefix("open:") else {
            throw ScenarioError(
                expected: "closed, or open: and messages a second, such as open:5000", of: "the arrival", got: text)
        }
        self = .open(try LoadProfile(text.dropFirst(5)))
    }

    /// As it is read.
    public var description: String {
        switch self {
        case .closed: "closed"
        case .open(let profile): "open:\(profile)"
        }
    }
}
