package import StickyProxy

/// A proxy with one thing broken, which proves that a conformance case can fail.
package struct Mutant: Sendable {
    /// What `--mutant` takes.
    package var name: String
    /// The id of the case that must fail.
    package var breaks: String
    /// The code of the finding that must be raised.
    package var finding: String
    /// What is broken, in one sentence.
    package var summary: String
    /// The reference behavior with that knob turned.
    package var behavior: Behavior
    /// That of a listener which WebSockets have for themselves; nil where they have none.
    package var webSockets: Behavior?
    /// The damage done where no knob of a real balancer does it.
    package var defects: [any Defect]
    /// What it does at a rate: what its defect says, or the reference behavior with that knob turned for drawn requests
    /// where each request asks for it anew. Nil where a rate has nothing to count.
    package var rated: RatedDamage?

    /// A mutant of the reference behavior.
    ///
    /// - Parameter atRate: what it does at a rate where that does not follow from the rest.
    package init(
        _ name: String, breaks: String, finding: String, summary: String, defect: (any RatedDefect)? = nil,
        webSockets: Behavior? = nil, atRate: RatedDamage? = nil, _ change: (inout Behavior) -> Void = { _ in }
    ) {
        var behavior = Behavior.reference
        change(&behavior)
        self.name = name
        self.breaks = breaks
        self.finding = finding
        self.summary = summary
        self.behavior = behavior
        self.webSockets = webSockets
        defects = defect.map { [$0] } ?? []
        let ofRequests = behavior.differsForRequestsOnly(from: .reference) ? behavior : nil
        rated = atRate ?? defect?.rated ?? ofRequests.map { .requests(meeting: $0) }
    }

    /// The mutant of that name; nil when there is none.
    package static func named(_ name: String) -> Mutant? { all.first { $0.name == name } }

    /// Every mutant, in the order of the cases they break.
    package static let all: [Mutant] =
        ofUpgradesAndTunnels + ofSessions + ofSockJS + ofDDP + ofFailures + ofRequests + ofLimits
        + ofChanges + ofIdleTimes + ofSecurity + ofOutages + ofScaling
}
