/// What is known of a message's bytes, apart from the number it bears.
package struct MessagePayload: Sendable, Hashable {
    /// Its digest, of 64 bits.
    package var digest: UInt64
    /// How many bytes it has.
    package var bytes: Int

    /// A payload of this digest.
    package init(digest: UInt64, bytes: Int) {
        self.digest = digest
        self.bytes = bytes
    }
}

/// How a message that came compares to what was sent under its number.
package enum MessageContent: Sendable, Hashable {
    /// The caller knows it to be what was sent.
    case intact
    /// The caller knows it to be something else.
    case altered
    /// To be compared with what `send` was told; taken as intact where that was told nothing.
    case payload(MessagePayload)
}
