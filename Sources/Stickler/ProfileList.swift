import Cluster
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

    /// All, those of the article first.
    public static let all: [Entry] = Profile.all.map { profile in
        Entry(
            name: profile.name, aliases: profile.aliases, summary: profile.summary,
            documents: profile.documents.map { "\($0.title): \($0.address)" }, inferred: profile.inferred,
            predictions: profile.predictions.map {
                "\($0.verdict.rawValue): \($0.cases.joined(separator: ", ")): \($0.because)"
            },
            defects: profile.defects.map { "\(profile.name)/\($0.rawValue): \($0.summary)" },
            checkSpeed: profile.checkSpeed,
            scalingSpeeds: profile.startsNodes
                ? ScalingSpeeds(verification: BenchTarget.scalingSpeed, stress: StressEngine.scalingSpeed) : nil)
    }

    /// The one of this name or alias.
    ///
    /// - Throws: ``VerificationError/usage(_:)`` when there is none.
    public static func named(_ name: String) throws(VerificationError) -> Entry {
        let profile = try Profile(asked: name)
        return all.first { $0.name == profile.name } ?? all[0]
    }
}

extension Profile {
    /// The profile that a user asks for.
    init(asked name: String) throws(VerificationError) {
        guard let profile = Profile.named(name) else {
            throw .usage("no profile is called \"\(name)\"; `stickler profiles` lists them")
        }
        self = profile
    }
}
