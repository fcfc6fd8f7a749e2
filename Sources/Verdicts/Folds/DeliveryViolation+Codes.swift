import Claims

extension DeliveryViolation {
    /// The code under which findings tell it.
    ///
    /// - Parameter altered: the code for bytes that differ, and for messages of nobody.
    package func code(altered: FindingCode = .messageAltered) -> FindingCode {
        switch self {
        case .unexpected, .altered: altered
        case .duplicated, .replayed: .messageDuplicated
        case .reordered: .messageReordered
        case .stale: .messageStale
        case .untellable: .messagesUntellable
        }
    }
}

extension FindingCode {
    /// A message did not arrive.
    public static let messageLost = FindingCode("message-lost", .rewriting)
    /// A message arrived twice.
    public static let messageDuplicated = FindingCode("message-duplicated", .rewriting)
    /// Messages arrived in another order than they were sent in.
    public static let messageReordered = FindingCode("message-reordered", .rewriting)
    /// A message of an earlier connection arrived on a later one.
    package static let messageStale = FindingCode("message-stale", .replay)
    /// More messages are missing or out of order than can be told apart.
    package static let messagesUntellable = FindingCode("messages-untellable", .rewriting)
}
