/// What a balancer claims to do, and what gives it each feature: read from a manifest, held against cases, kept in the
/// history of a run.
package struct ClaimSheet: Sendable, Hashable {
    /// Directive that gives each claimed feature, as a remedy for a user.
    package var directives: [Feature: String]
    /// Features left out, with the reason.
    package var omissions: [Feature: Omission]
    /// What the affinity keeps together; nil where nobody said.
    package var scope: AffinityScope?
    /// What is said of faults of nodes; nil where nobody said.
    package var faults: FaultClaims?
    /// The lines to write for a cause, by the name of its kind, or for a finding, by its code.
    package var remedies: [String: String]
    /// What the balancer says when something is wrong, most telling first.
    package var sayings: [Saying]
    /// What can be done to it while it runs.
    package var verbs: Set<Verb>

    /// A sheet that claims just the features with a directive.
    package init(
        directives: [Feature: String] = [:], omissions: [Feature: Omission] = [:], scope: AffinityScope? = nil,
        faults: FaultClaims? = nil, remedies: [String: String] = [:], sayings: [Saying] = [],
        verbs: Set<Verb> = []
    ) {
        self.directives = directives
        self.omissions = omissions
        self.scope = scope
        self.faults = faults
        self.remedies = remedies
        self.sayings = sayings
        self.verbs = verbs
    }

    /// Features claimed, in the order of ``Feature``.
    package var claims: [Feature] { Feature.allCases.filter { directives[$0] != nil } }

    /// Why a feature is left out.
    package struct Omission: Codable, Sendable, Hashable {
        /// The reason.
        package var reason: String
        /// Where that can be read.
        package var source: String

        /// A reason with its source.
        package init(reason: String, source: String) {
            self.reason = reason
            self.source = source
        }
    }

    /// Words by which a balancer itself names what is wrong.
    package struct Saying: Codable, Sendable, Hashable {
        /// Text that stands in a line of its output or log.
        package var says: String
        /// The cause it speaks of.
        package var cause: CauseKind
        /// The lines to write; nil takes those of the cause.
        package var remedy: String?

        /// A saying.
        package init(says: String, cause: CauseKind, remedy: String? = nil) {
            self.says = says
            self.cause = cause
            self.remedy = remedy
        }
    }
}
