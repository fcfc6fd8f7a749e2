/// What a balancer was held to, as it stands in a history: features by name, with what gives them or why they are not there.
public struct RecordedClaims: Codable, Sendable, Hashable {
    /// Claimed feature → the directive that gives it.
    public var directives: [String: String]
    /// Feature left out → why, and where that can be read.
    public var omissions: [String: Omission]
    /// What the affinity keeps together; nil where nobody said.
    public var scope: AffinityScope?
    /// What is said of faults of nodes; nil where nobody said.
    public var faults: FaultClaims?
    /// Cause or finding code → the lines to write.
    public var remedies: [String: String]
    /// What the balancer says when something is wrong, most telling first.
    public var sayings: [Saying]

    /// Claims; none unless given.
    public init(
        directives: [String: String] = [:], omissions: [String: Omission] = [:], scope: AffinityScope? = nil,
        faults: FaultClaims? = nil, remedies: [String: String] = [:], sayings: [Saying] = []
    ) {
        self.directives = directives
        self.omissions = omissions
        self.scope = scope
        self.faults = faults
        self.remedies = remedies
        self.sayings = sayings
    }

    /// Why a feature is left out.
    public struct Omission: Codable, Sendable, Hashable {
        /// The reason.
        public var reason: String
        /// Where that can be read.
        public var source: String

        /// A reason with its source.
        public init(reason: String, source: String) {
            self.reason = reason
            self.source = source
        }
    }

    /// A text in a balancer's output that names a cause.
    public struct Saying: Codable, Sendable, Hashable {
        /// Text that stands in the line.
        public var says: String
        /// The cause, by the name of its kind.
        public var cause: String
        /// The line to change; nil takes the cause's own.
        public var remedy: String?

        /// A saying.
        public init(says: String, cause: String, remedy: String? = nil) {
            self.says = says
            self.cause = cause
            self.remedy = remedy
        }
    }
}
