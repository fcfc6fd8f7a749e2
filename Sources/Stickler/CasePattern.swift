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

    /// The cases that any of these patterns picks, all without a pattern, less those that one of `skipped` picks; in the
    /// order of the catalogue.
    static func select(
        _ patterns: [String], without skipped: [String] = []
    ) throws(VerificationError) -> [ConformanceCase] {
        for pattern in patterns + skipped {
            guard CaseCatalog.all.contains(where: { CasePattern(text: pattern).matches($0.description.id) }) else {
                throw .usage(
                    "no case matches \"\(pattern)\"; `stickler cases` lists them, for example "
                        + "\(CaseCatalog.all[0].description.id) or failover/*")
            }
        }
        func picks(_ patterns: [String], _ one: ConformanceCase) -> Bool {
            patterns.contains { CasePattern(text: $0).matches(one.description.id) }
        }
        let selected = CaseCatalog.all.filter { (patterns.isEmpty || picks(patterns, $0)) && !picks(skipped, $0) }
        guard !selected.isEmpty else {
            throw .usage("no case is left to run: --skip leaves out all that --case asks for")
        }
        return selected
    }
}
