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
}
