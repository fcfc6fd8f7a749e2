/// What a balancer claims to do, and what gives it each feature.
public struct ClaimSheet: Sendable, Hashable {
    /// Why a feature is not claimed.
    public struct Omission: Sendable, Hashable {
        /// The reason.
        public var reason: String
        /// Where that can be read.
        public var source: String
        /// A reason with its source.
        public init(reason: String, source: String) {
            self.reason = reason
            self.source = source
        }
    }

    /// Directive that gives each claimed feature, as a remedy for a user.
    public var directives: [Feature: String]
    /// Features left out, with the reason.
    public var omissions: [Feature: Omission]

    /// A sheet that claims just the features with a directive.
    public init(directives: [Feature: String], omissions: [Feature: Omission] = [:]) {
        self.directives = directives
        self.omissions = omissions
    }

    /// Features claimed.
    public var claims: [Feature] { Feature.allCases.filter { directives[$0] != nil } }

    /// Why a case does not apply; nil when every feature it needs is claimed.
    public func objection(to description: CaseDescription) -> String? {
        for feature in description.features where directives[feature] == nil {
            guard let omission = omissions[feature] else { return "\(feature.rawValue) is not claimed" }
            return "\(feature.rawValue) is not claimed: \(omission.reason) (\(omission.source))"
        }
        return nil
    }

    /// What to change when a case fails: the directives of the features it needs, most telling first.
    public func remedy(for description: CaseDescription) -> String? {
        let lines = description.features.compactMap { feature in
            directives[feature].map { "\(feature.rawValue): \($0)" }
        }
        return lines.isEmpty ? nil : lines.joined(separator: "; ")
    }
}
