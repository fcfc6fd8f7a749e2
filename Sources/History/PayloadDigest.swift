/// 64-bit FNV-1a in hex: enough to see that a payload was altered by accident, not a defence against forgery.
public enum PayloadDigest {
    /// The digest of these bytes.
    public static func of(_ bytes: some Sequence<UInt8>) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
        let hex = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - hex.count) + hex
    }

    /// The first 512 bytes as text, the way histories keep payloads.
    public static func excerpt(of bytes: some Sequence<UInt8>) -> String {
        String(decoding: Array(bytes.prefix(512)), as: UTF8.self)
    }
}
