/// 64-bit FNV-1a in hex: enough to see that a payload was altered by accident, not a defence against forgery.
public enum PayloadDigest {
    /// The digest of these bytes.
    public static func of(_ bytes: some Sequence<UInt8>) -> String {
        let hash = bytes.withContiguousStorageIfAvailable(fold) ?? Array(bytes).withUnsafeBufferPointer(fold)
        let hex = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - hex.count) + hex
    }

    private static func fold(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        var index = 0
        // A plain loop: a generic one takes seconds for a megabyte in a debug build.
        while index < bytes.count {
            hash = (hash ^ UInt64(bytes[index])) &* 0x0000_0100_0000_01b3
            index += 1
        }
        return hash
    }

    /// The first 512 bytes as text, the way histories keep payloads.
    public static func excerpt(of bytes: some Sequence<UInt8>) -> String {
        String(decoding: Array(bytes.prefix(512)), as: UTF8.self)
    }
}
