import Claims

extension ClaimSheet {
    /// What a system claims: every feature, but for those left out.
    ///
    /// - Parameters:
    ///   - system: its name, for what nobody can choose there.
    ///   - directives: what gives a feature where somebody can choose.
    ///   - omissions: what it does not claim, and why.
    static func system(
        _ system: String, _ directives: [Feature: String], without omissions: [Feature: Omission] = [:],
        scope: AffinityScope? = .client, faults: FaultClaims, remedies: [String: String] = [:]
    ) -> ClaimSheet {
        var all: [Feature: String] = [:]
        for feature in Feature.allCases where omissions[feature] == nil {
            all[feature] = directives[feature] ?? "nothing that can be chosen in \(system)"
        }
        return ClaimSheet(directives: all, omissions: omissions, scope: scope, faults: faults, remedies: remedies)
    }
}
