import Conformance

/// Picks cases by id, with `*` for any run of characters.
struct CasePattern: Sendable {
    var text: String

    func matches(_ id: String) -> Bool { Self.matches(text[...], id[...]) }

    private static func matches(_ pattern: Substring, _ text: Substring) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first != "*" { return text.first == first && matches(pattern.dropFirst(), text.dropFirst()) }
        let rest = pattern.drop { $0 == "*" }
        return rest.isEmpty || text.indices.contains { matches(rest, text[$0...]) }
    }

    /// The cases that any of these patterns picks, in the order of the catalogue; all without a pattern.
    static func select(_ patterns: [String]) throws(VerificationError) -> [ConformanceCase] {
        for pattern in patterns {
            let picksOne = CaseCatalog.all.contains { CasePattern(text: pattern).matches($0.description.id) }
            guard picksOne else {
                throw .usage(
                    "no case matches \"\(pattern)\"; `stickler cases` lists them, for example "
                        + "\(CaseCatalog.all[0].description.id) or failover/*")
            }
        }
        guard !patterns.isEmpty else { return CaseCatalog.all }
        return CaseCatalog.all.filter { one in
            patterns.contains { CasePattern(text: $0).matches(one.description.id) }
        }
    }
}
