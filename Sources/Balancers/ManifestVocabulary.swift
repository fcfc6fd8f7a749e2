package import Claims

/// The names a manifest may use.
package struct ManifestVocabulary: Sendable, Hashable {
    /// Features, about each of which it must say something.
    package var features: [Feature]
    /// Codes of findings that it may have a remedy for; nil where nobody has to know them.
    package var findingCodes: Set<String>?

    /// The names; all features, and any code, unless told otherwise.
    package init(features: [Feature] = Feature.allCases, findingCodes: Set<String>? = nil) {
        self.features = features
        self.findingCodes = findingCodes
    }

    func feature(_ name: String) -> Feature? { features.first { $0.rawValue == name } }

    /// All features, for a message.
    var listing: String {
        func names(core: Bool) -> String {
            features.filter { $0.isCore == core }.map(\.rawValue).sorted().joined(separator: ", ")
        }
        return "core: \(names(core: true)); extended: \(names(core: false))"
    }
}
