import History

/// A message short enough that its excerpt is all of it, from which its digest can be had later.
struct ExecutedMessage: Sendable {
    /// Shorter than any excerpt that histories keep.
    private static let limit = 256

    private let session: String
    private let bootID: String
    private let payload: String
    /// Bytes that a stranger chose.
    var cost: Int { payload.utf8.count + session.utf8.count }

    /// Nil if the message is long, or no UTF-8 and so not the same as its text.
    init?(_ bytes: UnsafeRawBufferPointer, session: String, bootID: String) {
        guard bytes.count <= Self.limit, let payload = String(validating: bytes, as: UTF8.self) else { return nil }
        self.session = session
        self.bootID = bootID
        self.payload = payload
    }

    var kind: HistoryEvent.Kind {
        .messageExecuted(
            MessageExecuted(
                session: session, bootID: bootID, payload: payload, bytes: payload.utf8.count,
                digest: PayloadDigest.of(payload.utf8)))
    }
}
