/// What to verify.
public enum VerificationTarget: Sendable, Hashable {
    /// The reference proxy in front of three nodes, all in this process; with the one thing broken that a mutant breaks.
    ///
    /// - Parameter mutant: the name of one of ``MutantList``; with a rate, as in `sockjs-frame-replayed:1/1000`, the damage
    ///   is done to one unit in so many on average, which ones follows from the run's seed. Nil for nothing broken.
    case reference(mutant: String? = nil)
    /// The reference proxy as a system that people balance with, in front of three nodes, all in this process.
    ///
    /// - Parameter name: the name of one of ``ProfileList``, an alias, or the name of one of ``MutantList``.
    case profile(_ name: String)
    /// A balancer of the catalogue, started in front of three nodes in this process.
    ///
    /// - Parameter config: nil for the default variant; the name of a variant; or, with a `/` in it, the path of a
    ///   template with `{{listen}}`, `{{node1}}`, `{{node2}}` and `{{node3}}`.
    case balancer(String, config: String? = nil)
    /// A balancer that already runs at this URL, in front of nodes started with `stickler node`, given by their control
    /// addresses.
    ///
    /// - Parameter tokenFile: the file with the token that the nodes were started with; nil for none.
    case url(String, controls: [String], tokenFile: String? = nil)
}
