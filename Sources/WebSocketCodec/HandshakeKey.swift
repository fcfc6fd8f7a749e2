/// `Sec-WebSocket-Key` and its answer `Sec-WebSocket-Accept` (RFC 6455 §1.3, §4.1, §4.2.2).
public enum HandshakeKey {
    private static let suffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

    /// A new key: 16 random bytes in Base64.
    public static func random() -> String {
        var generator = SystemRandomNumberGenerator()
        return Base64.encode((0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }

    /// The accept value that proves to the client that its key was read.
    public static func accept(for key: String) -> String {
        Base64.encode(SHA1.digest(of: Array((key + suffix).utf8)))
    }

    /// Whether `key` is Base64 of 16 bytes.
    static func isValid(_ key: String) -> Bool {
        key.utf8.count == 24 && Base64.decodedCount(key) == 16
    }
}
