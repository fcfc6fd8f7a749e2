/// Application messages of the workloads: `#12 text`, numbered from 1 in each direction of a session.
public enum NumberedPayload {
    /// The message of this number.
    public static func text(_ number: Int, _ rest: String) -> String { "#\(number) \(rest)" }

    /// The number a message bears, if it bears one.
    public static func number(of payload: some StringProtocol) -> Int? {
        // Bytes, not characters: what follows the space may combine with it into one character.
        guard payload.utf8.first == UInt8(ascii: "#") else { return nil }
        return Int(String(decoding: payload.utf8.dropFirst().prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self))
    }
}
