import Cluster
import Defects
import Lab
import Profiles
import Stress

/// The profiles, for listing: systems that people balance with, as behaviors of the reference proxy.
public enum ProfileList {
    /// One profile.
    public struct Entry: Sendable, Hashable {
        /// Its name.
        public var name: String
        /// Other names for it.
        public var aliases: [String]
        /// What it is, in a sentence.
        public var summary: String
        /// Where that is written: titles and addresses.
        public var documents: [String]
        /// What is not written anywhere, and was assumed.
        public var inferred: [String]
        /// Which cases are not passed, with the verdict and what a document says of it.
        public var predictions: [String]
        /// What it can be told to do wrong, one at a time as in `NAME/DEFECT`, each with what that is.
        public var defects: [String]
        /// The case that it breaks, and the finding that this must raise there; nil for a system as it is.
        public var breaks: String?
        /// How many times faster than documented a verification makes checks of nodes.
        public var checkSpeed: Int
        /// How many times faster than documented nodes come and go in a verification and in a stress run; nil where they don't
        /// by themselves.
        public var scalingSpeeds: ScalingSpeeds?
    }

    /// How many times faster than documented nodes come and go.
    public struct ScalingSpeeds: Sendable, Hashable {
        /// In a verification.
        public var verification: Int
        /// In a stress run.
        public var stress: Int
    }

    /// All systems, those of the article first; mutants are profiles too, and ``MutantList`` lists them.
    public static let all: [Entry] = Profile.all.map(Entry.init)

    /// The one of this name or alias, which may be a mutant's.
    ///
    /// - Throws: ``VerificationError/usage(_:)`` when there is none.
    public static func named(_ name: String) throws(VerificationError) -> Entry { Entry(try Profile(asked: name)) }
}

extension ProfileList.Entry {
    init(_ profile: Profile) {
        name = profile.name
        aliases = profile.aliases
        summary = profile.summary
        documents = profile.documents.map { "\($0.title): \($0.address)" }
        inferred = profile.inferred
        predictions = profile.predictions.map {
            "\($0.verdict.rawValue): \($0.cases.joined(separator: ", ")): \($0.because)"
        }
        defects = profile.defects.map { "\(profile.name)/\($0.rawValue): \($0.summary)" }
        breaks = profile.breaks.map { "\($0.caseID), which must find \($0.finding)" }
        checkSpeed = profile.checkSpeed
        scalingSpeeds =
            profile.startsNodes
            ? ProfileList.ScalingSpeeds(
                verification: BenchTarget.scalingSpeed, stress: StressEngine.scalingSpeed) : nil
    }
}

extension Profile {
    /// The profile that a user asks for.
    init(asked name: String) throws(VerificationError) {
        if let profile = Profile.named(name) {
            self = profile
            return
        }
        // A mutant at a rate that it can't have, or that is none.
        if Mutant.named(String(name.prefix { $0 != ":" })) != nil {
            self = Profile(try MutantChoice(asked: name))
            return
        }
        throw .usage(
            "no profile is called \"\(name)\"; `stickler profiles` lists them, and `stickler mutants` the mutants")
    }
}
