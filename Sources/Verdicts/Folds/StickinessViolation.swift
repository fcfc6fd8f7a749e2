import Claims

/// A request of a session that its owner did not answer as it should.
package struct StickinessViolation: Sendable, Hashable {
    /// What became of the request.
    package enum Wrong: Sendable, Hashable {
        /// Another node answered.
        case moved(to: NameNumber, status: Int)
        /// It failed, and another node had executed it.
        case failedElsewhere(NameNumber)
        /// No node answered, but somebody did.
        case answeredByBalancer(status: Int)
        /// The owner answered something else than 200 or 204.
        case refused(status: Int)
        /// It got no answer.
        case failed

        /// Whether it went to another node.
        package var isMove: Bool {
            switch self {
            case .moved, .failedElsewhere: true
            case .answeredByBalancer, .refused, .failed: false
            }
        }
    }

    /// The node that opened the session.
    package var owner: NameNumber
    /// What kind of request it was.
    package var kind: NameNumber
    /// What became of it.
    package var wrong: Wrong

    /// The code under which findings tell it.
    package var code: FindingCode { wrong.isMove ? .sessionMoved : .requestFailed }

    /// What was wrong, in a sentence.
    ///
    /// - Parameters:
    ///   - session: the session's name.
    ///   - names: the table that numbered nodes and kinds of requests.
    ///   - failure: why it failed, where somebody knows.
    package func sentence(session: String, names: NameTable, failure: String? = nil) -> String {
        let what = "\(names[kind]) of session \(session), which \(names[owner]) opened"
        let failed = "failed" + (failure.map { ": \($0)" } ?? "")
        return switch wrong {
        case .moved(let node, let status): "\(what), was answered by \(names[node]) with status \(status)"
        case .failedElsewhere(let node): "\(what), was sent to \(names[node]) and \(failed)"
        case .answeredByBalancer(let status): "\(what), was answered by the balancer itself with status \(status)"
        case .refused(let status): "\(what), was answered with status \(status)"
        case .failed: "\(what), \(failed)"
        }
    }
}

extension FindingCode {
    /// A session's request went to another node than the one that opened it, which lived.
    public static let sessionMoved = FindingCode("session-moved", .affinityNone)
}
