import Conformance
import Defects
public import Verdicts

/// The conformance cases, for listing.
public enum CaseList {
    /// All, in the order of the catalogue.
    public static let all: [CaseDescription] = CaseCatalog.all.map(\.description)
}

/// The mutants, for listing.
public enum MutantList {
    /// A mutant: the reference proxy with one thing broken.
    public struct Entry: Sendable, Hashable {
        /// Its name.
        public var name: String
        /// The case that catches it.
        public var breaks: String
        /// The finding it causes there.
        public var finding: String
        /// What is broken, in a sentence.
        public var summary: String
        /// What a rate such as `NAME:1/1000` damages one in so many of, such as `requests`; nil where the mutant takes none.
        public var unit: String?
        /// What happens at such a rate, in a sentence; nil where the mutant takes none.
        public var atRate: String?
    }

    /// All, in the order of the cases they break.
    public static let all: [Entry] = Mutant.all.map {
        Entry(
            name: $0.name, breaks: $0.breaks, finding: $0.finding, summary: $0.summary, unit: $0.rated?.unit.rawValue,
            atRate: $0.rated?.summary)
    }
}
