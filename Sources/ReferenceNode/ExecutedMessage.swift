import History

/// What the execution log keeps of a message that is short enough to be kept whole, from which its excerpt and digest
/// can be had later.
struct ExecutedMessage: Sendable {
    /// Shorter than any excerpt that histories keep.
    static let limit = 256

    let session: String
    private let boot: ExecutionLog.Boot
    let bytes: KeptBytes.Place

    /// Keeps the message in `kept`; it must be no longer than `limit`.
    init(_ bytes: UnsafeRawBufferPointer, session: String, boot: ExecutionLog.Boot, in kept: inout KeptBytes) {
        self.session = session
        self.boot = boot
        self.bytes = kept.keep(bytes)
    }

    /// What histories say of it.
    func kind(in log: ExecutionLog.Kept) -> HistoryEvent.Kind {
        Self.kind(of: log.bytes[bytes], session: session, bootID: log[boot])
    }

    /// What histories say of a message of any length.
    static func kind(of bytes: some Collection<UInt8>, session: String, bootID: String) -> HistoryEvent.Kind {
        .messageExecuted(
            MessageExecuted(
                session: session, bootID: bootID, payload: PayloadDigest.excerpt(of: bytes), bytes: bytes.count,
                digest: PayloadDigest.of(bytes)))
    }
}
