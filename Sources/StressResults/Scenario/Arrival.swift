/// When clients send.
public enum Arrival: Sendable, Hashable, CustomStringConvertible {
    /// A think time after the answer to the last message, as people do.
    case closed
    /// By a schedule, this many messages a second from all clients together, whether answers come or not: so that a
    /// stall of the balancer shows in every message that should have gone out meanwhile.
    case open(messagesPerSecond: Double)

    /// Reads `closed` or `open:RATE`.
    public init(_ text: String) throws(ScenarioError) {
        if text == "closed" {
            self = .closed
            return
        }
        guard text.hasPrefix("open:"), let rate = Double(text.dropFirst(5)), rate > 0, rate <= 10_000_000 else {
            throw ScenarioError(
                expected: "closed, or open: and messages a second, such as open:5000", of: "the arrival", got: text)
        }
        self = .open(messagesPerSecond: rate)
    }

    /// As it is read.
    public var description: String {
        switch self {
        case .closed: "closed"
        case .open(let rate): rate == rate.rounded() ? "open:\(Int(rate))" : "open:\(rate)"
        }
    }
}
