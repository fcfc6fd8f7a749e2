public import Claims
import History

/// What a conformance case states, apart from how it is run.
public struct CaseDescription: Sendable, Hashable {
    /// How binding a case is.
    public enum Level: String, Codable, Sendable, Hashable, CaseIterable, Comparable {
        /// A violation fails the run.
        case must
        /// A violation is a warning.
        case should
        /// A violation is information.
        case may

        /// The less binding one is the smaller.
        public static func < (left: Level, right: Level) -> Bool {
            // In the order in which they are declared, most binding first.
            (allCases.firstIndex(of: left) ?? 0) > (allCases.firstIndex(of: right) ?? 0)
        }
    }

    /// `area/slug`; never changes once published.
    public var id: String
    /// A few words for a list.
    public var title: String
    /// How binding it is.
    public var level: Level
    /// Features a balancer must claim for the case to apply; the first one's directive is the remedy.
    public var features: [Feature]
    /// The statement, in one sentence.
    public var proves: String
    /// Codes of the findings the case can raise.
    public var findings: [FindingCode]
    /// How it is run beside others.
    public var schedule: CaseSchedule
    /// Whether the same workload runs straight against a node first, as its control.
    public var hasControl: Bool
    /// Scopes of affinity for which the statement has a meaning; all unless told otherwise.
    public var scopes: Set<AffinityScope>
    /// What must be done to the balancer while it runs.
    public var verbs: Set<Verb>
    /// What it waits for, in a few words, where it takes long; nil where it doesn't.
    public var awaits: String?

    /// Describes a case.
    public init(
        id: String, title: String, level: Level = .must, features: [Feature], proves: String, findings: [FindingCode],
        schedule: CaseSchedule = .shared(), hasControl: Bool = false,
        scopes: Set<AffinityScope> = Set(AffinityScope.allCases), verbs: Set<Verb> = [],
        awaits: String? = nil
    ) {
        self.id = id
        self.title = title
        self.level = level
        self.features = features
        self.proves = proves
        self.findings = findings
        self.schedule = schedule
        self.hasControl = hasControl
        self.scopes = scopes
        self.verbs = verbs
        self.awaits = awaits
    }

    /// The part of the id before the slash.
    public var area: String { String(id.prefix { $0 != "/" }) }
    /// The part of the id after the slash.
    public var slug: String { String(id.drop { $0 != "/" }.dropFirst()) }
}

extension CaseDescription: CustomStringConvertible {
    /// Its id, as a parameterized test shows it.
    public var description: String { id }
}
