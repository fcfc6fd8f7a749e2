import History

/// A message that is short enough to be kept whole, from which its excerpt and digest can be had later.
struct ExecutedMessage: Sendable {
    /// Shorter than any excerpt that histories keep.
    private static let limit = 256

    private let session: String
    private let bootID: String
    private let bytes: [UInt8]
    /// Bytes that a stranger chose.
    var cost: Int { bytes.count + session.utf8.count }

    /// Nil if the message is long.
    init?(_ bytes: [UInt8], session: String, bootID: String) {
        guard bytes.count <= Self.limit else { return nil }
        self.session = session
        self.bootID = bootID
        self.bytes = bytes
    }

    var kind: HistoryEvent.Kind { Self.kind(of: bytes, session: session, bootID: bootID) }

    /// What histories say of a message of any length.
    static func kind(of bytes: [UInt8], session: String, bootID: String) -> HistoryEvent.Kind {
        .messageExecuted(
            MessageExecuted(
                session: session, bootID: bootID, payload: PayloadDigest.excerpt(of: bytes), bytes: bytes.count,
                digest: PayloadDigest.of(bytes)))
    }
}
