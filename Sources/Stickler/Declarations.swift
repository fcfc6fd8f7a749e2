import Balancers
public import Claims
import History
import Profiles
public import Verdicts

/// What the user says of the balancer, beside what its manifest says, and what of the catalogue is left out.
///
/// ```swift
/// try Verification(.url("http://staging.example.com", controls: nodes), declarations: Declarations(claimsOf: "nginx"))
/// ```
public struct Declarations: Sendable, Hashable {
    /// Features the balancer does not have, core ones too. Cases that need one are `unsupported`, since the user said so,
    /// and the run is no longer one of everything.
    public var without: [Feature]
    /// Ids of cases that don't run, with `*` for any run of characters.
    public var skip: [String]
    /// What the balancer's affinity keeps together; nil leaves it to the manifest.
    public var scope: AffinityScope?
    /// Whose claims and directives are meant, as `NAME` or `NAME/VARIANT` of the catalogue; nil for those of the balancer
    /// that is started, and for what is expected of any balancer where none is.
    public var claimsOf: String?
    /// A folder of manifests of yours, each in a folder of its own, beside those that ship; one of the same name goes
    /// before. Nil for none.
    public var balancers: String?
    /// What to change for findings of a code, in your balancer's language; it goes before what the manifest says, and is
    /// for those of your own cases of which no manifest says anything.
    public var remedies: [FindingCode: String]

    /// Nothing declared, unless told otherwise.
    public init(
        without: [Feature] = [], skip: [String] = [], scope: AffinityScope? = nil, claimsOf: String? = nil,
        balancers: String? = nil, remedies: [FindingCode: String] = [:]
    ) {
        self.without = without
        self.skip = skip
        self.scope = scope
        self.claimsOf = claimsOf
        self.balancers = balancers
        self.remedies = remedies
    }
}

extension Declarations {
    /// The claims of the balancer that is named; nil where none is.
    func claims(in catalog: @autoclosure () throws -> BalancerCatalog) throws -> ClaimSheet? {
        guard let claimsOf else { return nil }
        if let profile = Profile.named(claimsOf), profile.isSystem {
            // Whatever it claims, what runs elsewhere is not ours to operate.
            var claims = profile.claims
            claims.verbs = []
            return claims
        }
        let parts = claimsOf.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let manifest = try catalog().manifest(parts[0])
        return try manifest.claims(of: try manifest.variant(parts.count > 1 ? parts[1] : nil))
    }
}
