import Claims
package import History

/// What can be wrong with how a session goes on.
package enum ContinuityViolation: Sendable, Hashable {
    /// It ended, though its node was there and its client had not left.
    case ended(on: NameNumber?, cause: EndCause)
    /// It began anew, though the node that had it was there.
    case reset(on: NameNumber?, to: NameNumber?)
    /// Another transport carries it than its client wanted, though no node was away.
    case fellBack(from: SessionTransport, to: SessionTransport)
    /// Its client tried more often to be back than its back-off allows.
    case stormed(attempts: UInt32, in: Duration)
}

extension ContinuityViolation {
    /// The code under which findings tell it.
    package var code: FindingCode {
        switch self {
        case .ended: .sessionEnded
        case .reset: .sessionReset
        case .fellBack: .sessionFellBack
        case .stormed: .reconnectStorm
        }
    }

    /// What was wrong, in a sentence.
    ///
    /// - Parameters:
    ///   - session: the session's name.
    ///   - names: the table that numbered nodes.
    package func sentence(session: String, names: NameTable) -> String {
        func name(_ node: NameNumber?) -> String { node.map { names[$0] } ?? "its node" }
        return switch self {
        case .ended(let node, .deadline):
            "session \(session) was given up, since nothing came in time, though \(name(node)) was there"
        case .ended(let node, _): "session \(session) ended, though \(name(node)) was there"
        case .reset(let node, let new):
            "session \(session) began anew on \(new.map { names[$0] } ?? "some node"), though \(name(node)) was there"
        case .fellBack(let wanted, let transport):
            "session \(session) opened over \(transport) instead of \(wanted), though no node was away"
        case .stormed(let attempts, let duration):
            "session \(session) made \(attempts) attempts in the \(duration.inWords) after its connection ended, more than "
                + "its back-off allows"
        }
    }
}

extension FindingCode {
    /// A session ended while its node was there.
    package static let sessionEnded = FindingCode("session-ended", .unexplained)
    /// A session began anew while the node was there that had it.
    package static let sessionReset = FindingCode("session-reset", .affinityNone)
    /// A session opened over another transport than its client wanted.
    package static let sessionFellBack = FindingCode("session-fell-back", .upgrade)
    /// Clients reconnected more often than one fault explains.
    package static let reconnectStorm = FindingCode("reconnect-storm", .failover)
}
