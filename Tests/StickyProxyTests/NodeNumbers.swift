import Wire

@testable import StickyProxy

extension NodeID: ExpressibleByIntegerLiteral {
    /// The node of this number.
    public init(integerLiteral number: Int) { self.init(number) }
}

extension BalancerMachine {
    /// In front of nodes of these names, whose addresses don't matter.
    init(nodes: [String], behavior: Behavior) {
        self.init(
            nodes: nodes.map { ProxyNode(id: $0, endpoint: Endpoint(host: "127.0.0.1", port: 1)) }, behavior: behavior)
    }
}
