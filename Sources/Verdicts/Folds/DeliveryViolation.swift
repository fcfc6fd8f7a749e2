/// What can be wrong with a message that came.
package enum DeliveryViolation: Sendable, Hashable {
    /// It bears no number, or one that was not sent so far: another session's, or bytes altered beyond recognition.
    case unexpected(Int?)
    /// Its bytes are not those that were sent; with both where they were told.
    case altered(Int, sent: MessagePayload?, came: MessagePayload?)
    /// It came twice on one connection, which nothing excuses.
    case duplicated(Int)
    /// It came on an earlier connection already, and again on this one.
    case replayed(Int)
    /// It came after a later one of its connection, though it was sent before it.
    case reordered(Int, after: Int)
    /// It belongs to an earlier connection, and came on one that had to know better: see ``DeliveryFold``.
    case stale(Int)
    /// There is more out of order than can be kept in mind: nothing is told of the session's messages from here on.
    case untellable(limit: Int)
}

extension DeliveryViolation {
    /// What was wrong, in a sentence.
    ///
    /// - Parameter session: the session's name.
    package func sentence(session: String) -> String {
        switch self {
        case .unexpected: "session \(session) received a message it never sent"
        case .altered(let number, let sent?, let came?):
            "message \(number) of session \(session) came back altered: \(sent.words) went out, \(came.words) came"
        case .altered(let number, _, _): "message \(number) of session \(session) came back altered"
        case .duplicated(let number): "message \(number) of session \(session) came twice"
        case .replayed(let number): "message \(number) of session \(session) came again on a later connection"
        case .reordered(let number, let after): "message \(number) of session \(session) came after \(after)"
        case .stale(let number):
            "message \(number) of session \(session) belongs to an earlier connection, and came on a later one"
        case .untellable(let limit):
            "session \(session) has more than \(limit) stretches of messages missing or out of order, too many to tell "
                + "its messages apart"
        }
    }
}

extension MessagePayload {
    /// "12 bytes with digest 00f3…", the digest as histories write it.
    fileprivate var words: String {
        let hex = String(digest, radix: 16)
        return "\(bytes) bytes with digest \(String(repeating: "0", count: 16 - hex.count))\(hex)"
    }
}
