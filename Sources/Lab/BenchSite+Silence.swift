import Fleet
import History

extension BenchSite {
    /// What comes instead of an answer of a node, for as long as `limit`; nil as soon as a node answers.
    public func silence(within limit: Duration) async -> String? {
        let deadline = ContinuousClock.now + limit
        while true {
            let outcome = await probe(0).request("GET", "/whoami", RequestPlan(label: .probe, limit: .seconds(3)))
            if let node = outcome.nodeID, nodes.contains(where: { $0.nodeID == node }) { return nil }
            let what = "the balancer lets nothing through to the nodes for \(limit.inWords), though they live: a GET "
            guard ContinuousClock.now < deadline, !Task.isCancelled else {
                return "\(what)of \(front.endpoint) brought: \(outcome.summary)"
            }
            // The pace of the question; there is no event to wait for.
            guard (try? await probe(0).pause(.milliseconds(250))) != nil else { return nil }
        }
    }
}
