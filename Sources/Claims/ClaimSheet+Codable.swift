extension ClaimSheet: Codable {
    private enum Key: String, CodingKey { case directives, omissions, scope, faults, remedies, sayings, verbs }

    /// Reads a sheet; features and causes that this build does not know are left out.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        self.init(
            directives: Self.byFeature(try container.decode([String: String].self, forKey: .directives)),
            omissions: Self.byFeature(try container.decode([String: Omission].self, forKey: .omissions)),
            scope: try container.decodeIfPresent(AffinityScope.self, forKey: .scope),
            faults: try container.decodeIfPresent(FaultClaims.self, forKey: .faults),
            remedies: try container.decode([String: String].self, forKey: .remedies),
            sayings: try container.decode([NamedSaying].self, forKey: .sayings).compactMap(\.saying),
            verbs: Set(
                try container.decodeIfPresent([String].self, forKey: .verbs)?.compactMap(Verb.init(rawValue:)) ?? []))
    }

    /// Writes a sheet, with features by name.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(Self.byName(directives), forKey: .directives)
        try container.encode(Self.byName(omissions), forKey: .omissions)
        try container.encodeIfPresent(scope, forKey: .scope)
        try container.encodeIfPresent(faults, forKey: .faults)
        try container.encode(remedies, forKey: .remedies)
        try container.encode(sayings, forKey: .sayings)
        // A balancer of which none is known is written as before.
        if !verbs.isEmpty { try container.encode(verbs.map(\.rawValue).sorted(), forKey: .verbs) }
    }

    /// A saying whose cause another build may have named.
    private struct NamedSaying: Decodable {
        var says: String
        var cause: String
        var remedy: String?

        var saying: Saying? { CauseKind(rawValue: cause).map { Saying(says: says, cause: $0, remedy: remedy) } }
    }

    private static func byFeature<Value>(_ values: [String: Value]) -> [Feature: Value] {
        Dictionary(
            uniqueKeysWithValues: values.compactMap { name, value in Feature(rawValue: name).map { ($0, value) } })
    }

    private static func byName<Value>(_ values: [Feature: Value]) -> [String: Value] {
        Dictionary(uniqueKeysWithValues: values.map { ($0.rawValue, $1) })
    }
}
