package import Claims

/// The first line of a history file: all that the judgement needs beside the events.
public struct HistoryHeader: Codable, Sendable, Hashable {
    /// Version of the file format that this build writes and reads.
    public static let currentVersion = 2

    /// Version of the file format.
    public var schemaVersion = currentVersion
    /// Version of the tool that wrote it.
    public var toolVersion: String
    /// What was judged.
    public var target: Target
    /// When the run began, ISO 8601.
    public var startedAt: String
    /// How long it took, in seconds.
    public var durationSeconds: Double
    /// Seed of the run.
    public var seed: UInt64
    /// Factor on the protocol's own timers; 1 is real time.
    public var timeScale: Double
    /// Cases of the run, in the order of the catalogue.
    public var plan: [String]
    /// How many cases there were to choose from.
    public var catalogue: Int
    /// Features that the user left out on their own word.
    public var without: [String]
    /// What the balancer is held to.
    package var claims: ClaimSheet
    /// The balancer's configuration before addresses were put in; nil where it was none of ours to read.
    public var configuration: Configuration?
    /// What readers have to know of how it was run.
    public var notes: [String]
    /// Why the run did not come to its end; nil when it did.
    public var problem: Problem?

    /// A header of the present format.
    package init(
        toolVersion: String, target: Target, startedAt: String, durationSeconds: Double = 0, seed: UInt64,
        timeScale: Double = 1, plan: [String], catalogue: Int, without: [String] = [],
        claims: ClaimSheet = ClaimSheet(), configuration: Configuration? = nil, notes: [String] = [],
        problem: Problem? = nil
    ) {
        self.toolVersion = toolVersion
        self.target = target
        self.startedAt = startedAt
        self.durationSeconds = durationSeconds
        self.seed = seed
        self.timeScale = timeScale
        self.plan = plan
        self.catalogue = catalogue
        self.without = without
        self.claims = claims
        self.configuration = configuration
        self.notes = notes
        self.problem = problem
    }

    /// What was judged.
    public struct Target: Codable, Sendable, Hashable {
        /// Which sort of target.
        public var kind: String
        /// Name, such as `nginx`.
        public var name: String
        /// Version in its own words; nil if unknown.
        public var version: String?
        /// Name of a variant, a file, a mutant, or an address.
        public var config: String

        /// A target.
        public init(kind: String, name: String, version: String? = nil, config: String) {
            self.kind = kind
            self.name = name
            self.version = version
            self.config = config
        }
    }

    /// A configuration with its placeholders, and how this balancer writes them.
    public struct Configuration: Codable, Sendable, Hashable {
        /// The text.
        public var text: String
        /// A line with `{{listen}}`.
        public var listen: String
        /// A line with `{{node1}}`.
        public var node: String

        /// A configuration.
        public init(text: String, listen: String, node: String) {
            self.text = text
            self.listen = listen
            self.node = node
        }
    }

    /// Why a run did not come to its end.
    public struct Problem: Codable, Sendable, Hashable {
        /// The exit code that tells it to scripts.
        public var exitCode: Int32
        /// In words, for people.
        public var message: String

        /// A problem.
        public init(exitCode: Int32, message: String) {
            self.exitCode = exitCode
            self.message = message
        }
    }
}
