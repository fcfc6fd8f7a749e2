/// What a request says of the node it belongs to, before anyone asks whether that one can be used.
struct Claim: Sendable, Equatable {
    /// Its node.
    var owner: NodeID?
    /// The node to which its client was moved when it could not be served by its own.
    var moved: NodeID?
    /// What names its client; for a key of the proxy's own making a fresh one where it shows none.
    var client: Substring?
    /// Whether it shows a key that leads nowhere.
    var isUnknown = false

    /// It belongs nowhere.
    static let none = Claim()
}
