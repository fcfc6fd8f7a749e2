import Wire

/// Whether caches that serve several clients may keep an answer (RFC 9111 §3).
enum SharedCaching {
    /// What `Cache-Control` says, if it goes on. An answer without it counts as not kept: real balancers set their cookies
    /// on those.
    static func isAllowed(_ head: ResponseHead, without dropped: FieldNames) -> Bool {
        if dropped.contains("cache-control") { return false }
        let directives = head.elements("cache-control").map { $0.lowercased() }
        if directives.contains(where: { $0 == "no-store" || named("private", $0) }) { return false }
        return directives.contains { directive in
            directive == "public" || lifetime("s-maxage", directive) || lifetime("max-age", directive)
        }
    }

    /// `name` alone, or with a list of fields.
    private static func named(_ name: String, _ directive: String) -> Bool {
        directive == name || directive.hasPrefix(name + "=")
    }

    /// `name` with any time but 0, which is stale at once.
    private static func lifetime(_ name: String, _ directive: String) -> Bool {
        guard directive.hasPrefix(name + "=") else { return false }
        let value = directive.dropFirst(name.count + 1).filter { $0 != "\"" }
        return !value.allSatisfy { $0 == "0" }
    }
}
