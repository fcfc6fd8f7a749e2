extension ClaimSheet {
    /// The same sheet without these features, on the user's own word.
    package func without(_ features: [Feature]) -> ClaimSheet {
        var sheet = self
        for feature in features {
            sheet.directives[feature] = nil
            sheet.omissions[feature] = Omission(reason: "you said so", source: "--without \(feature.rawValue)")
        }
        return sheet
    }

    /// The same sheet for affinity that keeps this together, on the user's own word.
    package func scoped(_ scope: AffinityScope) -> ClaimSheet {
        var sheet = self
        sheet.scope = scope
        for feature in Feature.allCases where !feature.isGiven(by: scope) {
            sheet.directives[feature] = nil
            sheet.omissions[feature] = Omission(reason: "you said so", source: "--scope \(scope.rawValue)")
        }
        return sheet
    }
}
