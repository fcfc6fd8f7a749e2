public import Claims
public import Foundation

/// The outcome of a whole run, in the form in which it is reported.
public struct RunReport: Sendable, Hashable {
    /// What was judged.
    public struct Target: Sendable, Hashable {
        /// Which sort of target.
        public enum Kind: String, Codable, Sendable, Hashable {
            /// The reference proxy in this process.
            case reference
            /// A balancer started from its manifest.
            case balancer
            /// A balancer that already ran.
            case url
        }

        /// Sort.
        public var kind: Kind
        /// Name, such as `nginx`.
        public var name: String
        /// Version in its own words; nil if unknown.
        public var version: String?
        /// Configuration: the name of a variant, a file, a mutant, or an address.
        public var config: String
        /// Features claimed.
        public var claims: [Feature]

        /// A target.
        public init(kind: Kind, name: String, version: String? = nil, config: String, claims: [Feature]) {
            self.kind = kind
            self.name = name
            self.version = version
            self.config = config
            self.claims = claims
        }
    }

    /// What was judged.
    public var target: Target
    /// When the run began.
    public var startedAt: Date
    /// How long it took, in seconds.
    public var durationSeconds: Double
    /// Seed of the clients' randomness.
    public var seed: UInt64
    /// Factor on the protocol's own timers; 1 is real time.
    public var timeScale: Double
    /// One result a case, in the order of the catalogue.
    public var cases: [CaseResult]
    /// What is wrong with the balancer, most fundamental first, each once.
    public var causes: [Cause]
    /// How much of the catalogue that is.
    public var coverage: Coverage
    /// Why the run did not come to its end; nil when it did.
    public var problem: Problem?
    /// What readers have to know of how it was run.
    public var notes: [String]

    /// A report.
    public init(
        target: Target, startedAt: Date, durationSeconds: Double, seed: UInt64, timeScale: Double = 1,
        cases: [CaseResult], causes: [Cause] = [], coverage: Coverage? = nil, problem: Problem? = nil,
        notes: [String] = []
    ) {
        self.target = target
        self.startedAt = startedAt
        self.durationSeconds = durationSeconds
        self.seed = seed
        self.timeScale = timeScale
        self.cases = cases
        self.causes = causes
        self.coverage = coverage ?? Coverage(catalogue: cases.count, selected: cases.count)
        self.problem = problem
        self.notes = notes
    }

    /// Why a run did not come to its end.
    public struct Problem: Sendable, Hashable {
        /// The exit code that tells it to scripts.
        public var exitCode: Int32
        /// In words, for people.
        public var message: String

        /// A problem.
        public init(exitCode: Int32, message: String) {
            self.exitCode = exitCode
            self.message = message
        }

        /// The user ended the run.
        public static let interrupted = Problem(exitCode: 130, message: CaseResult.interrupted)
    }

    /// The exit code of a program that reports this run.
    public var exitCode: Int32 { problem?.exitCode ?? conclusion.rawValue }

    /// How many cases have this verdict.
    public func count(_ verdict: Verdict) -> Int { cases.count { $0.verdict == verdict } }

    /// What a script should conclude; warnings don't change it.
    public var conclusion: Conclusion {
        let musts = cases.filter { $0.description.level == .must }
        if musts.contains(where: { $0.verdict == .fail }) { return .violations }
        // Whatever the level of the case in which it showed.
        if causes.contains(where: { $0.kind <= .reachability }) { return .violations }
        if musts.contains(where: { $0.verdict == .inconclusive }) { return .incomplete }
        return cases.contains { $0.verdict == .pass } ? .pass : .incomplete
    }

    /// What a script should conclude from a run.
    public enum Conclusion: Int32, Sendable, Hashable {
        /// At least one case passed and nothing speaks against the balancer.
        case pass = 0
        /// A must is violated.
        case violations = 1
        /// A must could not be told, or nothing passed.
        case incomplete = 4
    }
}
