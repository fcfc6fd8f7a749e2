import History

extension MessagePayload {
    /// That of a recorded message. A digest that is none of ours is told from others by its own.
    init(_ message: Message) {
        let digits = message.digest.utf8.count == 16 ? UInt64(message.digest, radix: 16) : nil
        self.init(
            digest: digits ?? message.digest.utf8.reduce(0) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 },
            bytes: message.bytes)
    }
}
