import StickyProxy

/// What a balancer counts of one of its nodes.
package struct NodeTraffic: Sendable, Equatable {
    /// The node.
    package var nodeID: String
    /// Whether it gets new clients: checks have found a new node healthy by then.
    package var isServing: Bool
    /// Requests under way, and WebSockets.
    package var underWay: Int
    /// Requests that it had so far.
    package var requests: Int

    /// What was counted.
    package init(nodeID: String, isServing: Bool, underWay: Int, requests: Int) {
        self.nodeID = nodeID
        self.isServing = isServing
        self.underWay = underWay
        self.requests = requests
    }

    /// What the reference proxy says.
    init(_ report: NodeReport) {
        self.init(
            nodeID: report.id, isServing: report.state == .serving && report.isUp,
            underWay: report.load.requests + report.load.tunnels, requests: report.load.given)
    }
}
