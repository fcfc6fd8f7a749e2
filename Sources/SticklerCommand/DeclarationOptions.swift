import ArgumentParser
import Stickler

/// What the user says of the balancer, and what is left out on their word.
struct DeclarationOptions: ParsableArguments {
    @Option(
        name: .customLong("as"),
        help: ArgumentHelp(
            "Hold a --url or a --config of your own to the claims of this balancer or variant of harness/balancers.",
            valueName: "name[/variant]"))
    var claimsOf: String?

    @Option(help: "Say that the balancer does not have this feature; cases that need it are unsupported; repeatable.")
    var without: [String] = []

    @Option(
        help: ArgumentHelp(
            "Say what affinity keeps together: a client (a cookie), a SockJS session (its URL) or a source address.",
            valueName: AffinityScope.allCases.map(\.rawValue).joined(separator: "|")))
    var scope: String?

    @Option(
        help: ArgumentHelp(
            "Take balancers of your own from this folder, beside those that ship: DIR/NAME/balancer.yml.",
            valueName: "dir"))
    var balancers: String?

    @Option(help: "Leave out cases whose id matches, * for any characters; repeatable.")
    var skip: [String] = []

    /// In the words of the library.
    func declarations() throws(VerificationError) -> Declarations {
        var features: [Feature] = []
        for name in without {
            guard let feature = Feature(rawValue: name) else {
                let known = Feature.allCases.map(\.rawValue).joined(separator: ", ")
                throw .usage("no feature is called \"\(name)\"; known: \(known)")
            }
            features.append(feature)
        }
        var scope: AffinityScope?
        if let text = self.scope {
            scope = AffinityScope(rawValue: text)
            if scope == nil {
                let known = AffinityScope.allCases.map(\.rawValue).joined(separator: ", ")
                throw .usage("--scope \(text): affinity has one of the scopes \(known)")
            }
        }
        return Declarations(without: features, skip: skip, scope: scope, claimsOf: claimsOf, balancers: balancers)
    }
}
