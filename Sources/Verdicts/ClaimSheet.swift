import History

/// What a balancer claims to do, and what gives it each feature.
public struct ClaimSheet: Sendable, Hashable {
    /// Why a feature is not claimed.
    public typealias Omission = RecordedClaims.Omission

    /// Directive that gives each claimed feature, as a remedy for a user.
    public var directives: [Feature: String]
    /// Features left out, with the reason.
    public var omissions: [Feature: Omission]
    /// What the affinity keeps together; nil where nobody said.
    public var scope: AffinityScope?
    /// What is said of faults of nodes; nil where nobody said.
    public var faults: FaultClaims?
    /// The line to change for a cause, by the name of its kind, or for a finding, by its code.
    public var remedies: [String: String]
    /// What the balancer says when something is wrong, most telling first.
    public var sayings: [BalancerSaying]

    /// A sheet that claims just the features with a directive.
    public init(
        directives: [Feature: String], omissions: [Feature: Omission] = [:], scope: AffinityScope? = nil,
        faults: FaultClaims? = nil, remedies: [String: String] = [:], sayings: [BalancerSaying] = []
    ) {
        self.directives = directives
        self.omissions = omissions
        self.scope = scope
        self.faults = faults
        self.remedies = remedies
        self.sayings = sayings
    }

    /// Features claimed.
    public var claims: [Feature] { Feature.allCases.filter { directives[$0] != nil } }

    /// Why a case does not apply; nil when every feature it needs is claimed and its question has a meaning.
    public func objection(to description: CaseDescription) -> String? {
        if let scope, !description.scopes.contains(scope) {
            return "affinity goes by \(scope.inWords), and what the case asks has no meaning then"
        }
        for feature in description.features where directives[feature] == nil {
            guard let omission = omissions[feature] else { return "\(feature.rawValue) is not claimed" }
            return "\(feature.rawValue) is not claimed: \(omission.reason) (\(omission.source))"
        }
        return nil
    }

    /// What to change for a cause of this kind, as a finding of this code shows it; nil where nobody knows.
    func remedy(for kind: CauseKind, code: FindingCode?) -> String? {
        code.flatMap { remedies[$0.rawValue] } ?? remedies[kind.rawValue] ?? kind.feature.flatMap { directives[$0] }
    }

    /// What to change when a case fails: the directives of the features it needs, most telling first.
    public func remedy(for description: CaseDescription) -> String? {
        let lines = description.features.compactMap { feature in
            directives[feature].map { "\(feature.rawValue): \($0)" }
        }
        return lines.isEmpty ? nil : lines.joined(separator: "; ")
    }
}

extension AffinityScope {
    /// What such affinity goes by.
    var inWords: String {
        switch self {
        case .client: "a cookie of the balancer's own"
        case .session: "the SockJS session of the URL"
        case .address: "the client's address"
        }
    }
}
