import History

/// What the execution log keeps of a message that is short enough to be kept whole, from which its excerpt and digest
/// can be had later.
struct ExecutedMessage: Sendable {
    /// Shorter than any excerpt that histories keep.
    static let limit = 256

    private let session: String
    private let bootID: String
    private let bytes: KeptBytes.Place

    /// Keeps the message in `kept`; it must be no longer than `limit`.
    init(_ bytes: UnsafeRawBufferPointer, session: String, bootID: String, in kept: inout KeptBytes) {
        self.session = session
        self.bootID = bootID
        self.bytes = kept.keep(bytes)
    }

    /// What histories say of it; `kept` is what holds its bytes.
    func kind(in kept: KeptBytes) -> HistoryEvent.Kind { Self.kind(of: kept[bytes], session: session, bootID: bootID) }

    /// What histories say of a message of any length.
    static func kind(of bytes: some Collection<UInt8>, session: String, bootID: String) -> HistoryEvent.Kind {
        .messageExecuted(
            MessageExecuted(
                session: session, bootID: bootID, payload: PayloadDigest.excerpt(of: bytes), bytes: bytes.count,
                digest: PayloadDigest.of(bytes)))
    }
}
