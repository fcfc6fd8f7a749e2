import Claims

extension BalancerManifest {
    /// The remedies of a manifest, each under a cause or a finding that is known.
    static func remedies(
        _ reader: inout ManifestReader, _ vocabulary: ManifestVocabulary
    ) throws(ManifestError) -> [String: String] {
        guard var entries = try reader.optionalMapping("remedies") else { return [:] }
        var remedies: [String: String] = [:]
        for key in entries.keys {
            if let codes = vocabulary.findingCodes, CauseKind(rawValue: key) == nil, !codes.contains(key) {
                throw entries.error(
                    key, "is neither a cause nor the code of a finding",
                    remedy: "known: \((CauseKind.names + codes.sorted()).joined(separator: ", "))")
            }
            remedies[key] = lines(try entries.text(key))
        }
        return remedies
    }

    private static func lines(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: "\n")
    }

    /// The list under `sayings`; empty without one.
    static func sayings(_ reader: inout ManifestReader) throws(ManifestError) -> [ClaimSheet.Saying] {
        guard var entries = try reader.optionalMappings("sayings") else { return [] }
        var sayings: [ClaimSheet.Saying] = []
        for index in entries.indices {
            let says = try entries[index].text("says")
            let name = try entries[index].text("cause")
            guard let cause = CauseKind(rawValue: name) else {
                throw entries[index].error(
                    "cause", "no cause is called \"\(name)\"",
                    remedy: "known: \(CauseKind.names.joined(separator: ", "))")
            }
            sayings.append(
                ClaimSheet.Saying(says: says, cause: cause, remedy: try entries[index].optionalText("remedy")))
            try entries[index].finish()
        }
        return sayings
    }
}

extension CauseKind {
    fileprivate static var names: [String] { allCases.map(\.rawValue).sorted() }
}
