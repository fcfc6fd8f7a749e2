extension BalancerManifest {
    /// The remedies of a manifest, each under a cause or a finding that is known.
    static func remedies(
        _ reader: inout ManifestReader, _ features: KnownFeatures
    ) throws(ManifestError) -> [String: String] {
        guard var entries = try reader.optionalMapping("remedies") else { return [:] }
        var remedies: [String: String] = [:]
        for key in entries.keys {
            if let objection = features.objection(to: key) {
                throw entries.error(key, objection.problem, remedy: objection.remedy)
            }
            remedies[key] = lines(try entries.text(key))
        }
        return remedies
    }

    private static func lines(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: "\n")
    }
}

extension KnownFeatures {
    fileprivate func objection(to key: String) -> (problem: String, remedy: String)? {
        guard let remedyKeys, !remedyKeys.contains(key) else { return nil }
        return (
            "is neither a cause nor the code of a finding",
            "known: \(remedyKeys.sorted().joined(separator: ", "))"
        )
    }
}
