/// Application messages of the workloads: `#12 text`, numbered from 1 in each direction of a session.
public enum NumberedPayload {
    /// The message of this number.
    public static func text(_ number: Int, _ rest: String) -> String { "#\(number) \(rest)" }

    /// The number a message bears, if it bears one.
    public static func number(of payload: some StringProtocol) -> Int? {
        guard payload.first == "#" else { return nil }
        return Int(payload.dropFirst().prefix { $0 != " " })
    }
}
