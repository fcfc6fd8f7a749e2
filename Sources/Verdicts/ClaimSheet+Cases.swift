package import Claims

extension ClaimSheet {
    /// Why a case does not apply; nil when every feature it needs is claimed and its question has a meaning.
    package func objection(to description: CaseDescription) -> String? {
        if let scope, !description.scopes.contains(scope) {
            return "affinity goes by \(scope.inWords), and what the case asks has no meaning then"
        }
        if let verb = Verb.allCases.first(where: { description.verbs.contains($0) && !verbs.contains($0) }) {
            return "the case needs the verb \(verb.rawValue), and nothing tells how this balancer does that"
        }
        for feature in description.features where directives[feature] == nil {
            guard let omission = omissions[feature] else { return "\(feature.rawValue) is not claimed" }
            return "\(feature.rawValue) is not claimed: \(omission.reason) (\(omission.source))"
        }
        return nil
    }

    /// What to change for a cause of this kind, as a finding of this code shows it; nil where nobody knows.
    func remedy(for kind: CauseKind, code: FindingCode?) -> String? { remedy(for: kind, codeNamed: code?.rawValue) }

    /// The same for a finding of which only the name is known.
    package func remedy(for kind: CauseKind, codeNamed name: String?) -> String? {
        name.flatMap { remedies[$0] } ?? remedies[kind.rawValue] ?? kind.feature.flatMap { directives[$0] }
            ?? kind.advice
    }

    /// What to change when a case fails: the directives of the features it needs, most telling first.
    package func remedy(for description: CaseDescription) -> String? {
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
