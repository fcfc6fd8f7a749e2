/// What a balancer claims to do, and what gives it each feature: read from a manifest, held against cases, kept in the
/// history of a run.
public struct ClaimSheet: Sendable, Hashable {
    /// Directive that gives each claimed feature, as a remedy for a user.
    public var directives: [Feature: String]
    /// Features left out, with the reason.
    public var omissions: [Feature: Omission]
    /// What the affinity keeps together; nil where nobody said.
    public var scope: AffinityScope?
    /// What is said of faults of nodes; nil where nobody said.
    public var faults: FaultClaims?
    /// The lines to write for a cause, by the name of its kind, or for a finding, by its code.
    public var remedies: [String: String]
    /// What the balancer says when something is wrong, most telling first.
    public var sayings: [Saying]

    /// A sheet that claims just the features with a directive.
    public init(
        directives: [Feature: String] = [:], omissions: [Feature: Omission] = [:], scope: AffinityScope? = nil,
        faults: FaultClaims? = nil, remedies: [String: String] = [:], sayings: [Saying] = []
    ) {
        self.directives = directives
        self.omissions = omissions
        self.scope = scope
        self.faults = faults
        self.remedies = remedies
        self.sayings = sayings
    }

    /// Features claimed, in the order of ``Feature``.
    public var claims: [Feature] { Feature.allCases.filter { directives[$0] != nil } }

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

    /// Words by which a balancer itself names what is wrong.
    public struct Saying: Codable, Sendable, Hashable {
        /// Text that stands in a line of its output or log.
        public var says: String
        /// The cause it speaks of.
        public var cause: CauseKind
        /// The lines to write; nil takes those of the cause.
        public var remedy: String?

        /// A saying.
        public init(says: String, cause: CauseKind, remedy: String? = nil) {
            self.says = says
            self.cause = cause
            self.remedy = remedy
        }
    }
}
