/// Where nodes are started and ended as the load wants it, and what stands before them is told.
package protocol ScaledSite: Sendable {
    /// What the balancer counts of each node.
    func traffic() async throws(LabError) -> [NodeTraffic]
    /// Starts one more node, of which the balancer does not know yet.
    func startSpare() async throws(LabError) -> NodeRemote
    /// Adds a node to those of the balancer, drains it or takes it out.
    func perform(_ operation: BalancerOperation) async throws(LabError)
    /// Ends a node that was started here, of which the balancer knows no more.
    func endSpare(_ node: NodeRemote) async throws(LabError)
}
