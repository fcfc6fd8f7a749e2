import StickyProxy

/// A proxy with one thing broken, which proves that a conformance case can fail.
public struct Mutant: Sendable {
    /// What `--mutant` takes.
    public var name: String
    /// The id of the case that must fail.
    public var breaks: String
    /// The code of the finding that must be raised.
    public var finding: String
    /// What is broken, in one sentence.
    public var summary: String
    /// The reference behavior with that knob turned.
    public var behavior: Behavior
    /// The damage done where no knob of a real balancer does it.
    public var defects: [any Defect]

    /// A mutant of the reference behavior.
    public init(
        _ name: String, breaks: String, finding: String, summary: String, defects: [any Defect] = [],
        _ change: (inout Behavior) -> Void = { _ in }
    ) {
        var behavior = Behavior.reference
        change(&behavior)
        self.name = name
        self.breaks = breaks
        self.finding = finding
        self.summary = summary
        self.behavior = behavior
        self.defects = defects
    }

    /// The mutant of that name; nil when there is none.
    public static func named(_ name: String) -> Mutant? { all.first { $0.name == name } }

    /// Every mutant, in the order of the cases they break.
    public static let all: [Mutant] =
        ofUpgradesAndTunnels + ofSessions + ofSockJS + ofDDP + ofFailures + ofRequests + ofLimits
}
