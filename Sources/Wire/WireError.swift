/// Why a connection, a request or a read did not come to its end.
package enum WireError: Error, Hashable, Sendable, CustomStringConvertible {
    /// TCP could not connect; the text is the system's.
    case connectFailed(String)
    /// This process or the machine has no descriptor left to connect with, which says nothing of the peer.
    case exhausted(String)
    /// The peer closed or reset before what was awaited had arrived.
    case closed(String)
    /// Our own deadline passed.
    case timedOut(String)
    /// The peer's bytes break a rule of the protocol.
    case malformed(String)
    /// The peer sent more than we take.
    case tooMuch(String)
    /// The run is being torn down.
    case cancelled

    /// In words, for people.
    package var description: String {
        switch self {
        case .connectFailed(let detail): "connect failed: \(detail)"
        case .exhausted(let detail): "out of open files: \(detail)"
        case .closed(let detail): "closed early: \(detail)"
        case .timedOut(let detail): "timed out: \(detail)"
        case .malformed(let detail): "malformed: \(detail)"
        case .tooMuch(let detail): "too much: \(detail)"
        case .cancelled: "cancelled"
        }
    }

    /// An answer is longer than a client takes.
    static let answerTooLong = WireError.tooMuch(
        "expected at most \(HTTPConnection.bodyLimit >> 20) MiB of one answer, and it goes on")
}
