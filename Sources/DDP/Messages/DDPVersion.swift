/// Versions of the protocol.
public enum DDPVersion {
    /// Those of current Meteor, best first.
    public static let supported = ["1", "pre2", "pre1"]

    /// What a server answers to a client's list: the first entry it knows, else its own best.
    public static func choice(for support: [String], among known: [String] = supported) -> String {
        support.first { known.contains($0) } ?? known.first ?? "1"
    }

    /// Whether peers of this version send pings and pongs: all but `pre1`.
    public static func hasPing(_ version: String) -> Bool { version != "pre1" }
}
