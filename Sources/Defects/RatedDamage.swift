package import StickyProxy

/// What a mutant does at a rate: the unit that is counted, and the damage done to those that are drawn.
package struct RatedDamage: Sendable {
    /// What is counted.
    package var unit: DamageUnit
    /// What happens to one unit in N, in a sentence.
    package var summary: String
    /// Makes the defect that damages what a lottery draws.
    package var defect: @Sendable (DamageLottery) -> any Defect

    /// Text messages of one direction of tunnels.
    static func messages(_ damage: MessageDamage, from direction: TunnelDirection = .nodeToClient) -> Self {
        let sender = direction == .nodeToClient ? "nodes" : "clients"
        return Self(unit: .message, summary: "One in N text messages of \(sender) through tunnels \(damage.fate).") {
            DrawnMessages(damage, direction: direction, lottery: $0)
        }
    }

    /// Close frames, which are swallowed.
    static let closeFrames = Self(
        unit: .closeFrame, summary: "One in N close frames ends both connections and is not delivered."
    ) { SwallowedCloseFrame(lottery: $0) }

    /// Requests that go to the node as this defect makes them.
    static func requests(_ defect: any Defect) -> Self {
        Self(unit: .request, summary: ofRequests) { DrawnRequests(defect, lottery: $0) }
    }

    /// Requests that meet this behavior in place of the proxy's.
    static func requests(meeting behavior: Behavior) -> Self {
        Self(unit: .request, summary: ofRequests) { ExceptionalRequests(behavior, lottery: $0) }
    }

    private static let ofRequests = "It is so for one in N requests only."

    /// Bodies of answers that reach the client as this defect makes them.
    static func bodies(_ defect: any Defect) -> Self {
        Self(unit: .body, summary: "It is so for one in N bodies of such answers only.") {
            DrawnBodies(defect, lottery: $0)
        }
    }

    /// Sessions whose requests go to a wrong node, all but the first.
    static let sessions = Self(
        unit: .session,
        summary: "The requests of one in N SockJS sessions over HTTP go to a wrong node, all but the first."
    ) { LeakedSessions(lottery: $0) }
}
