import Clocks
import Fleet
import History

/// Why no node answered through the balancer for a while, and whose doing it is.
package enum Silence: Sendable {
    /// The balancer's: every node answered at its control address all the while. What came instead, in words.
    case ofBalancer(String)
    /// A node's, which did not answer at its control address either: what it did instead, in words.
    case ofNode(String)
}

extension BenchSite {
    /// As long as a living node takes at most to tell how it is.
    private static let statusLimit = Duration.seconds(2)

    /// Nil as soon as a node answers through the balancer; else whose silence it was.
    ///
    /// - Parameters:
    ///   - limit: how long the balancer may be silent while all nodes live. Its time begins anew with each silence of a
    ///     node, since it may have to find out that the node is back.
    ///   - nodeLimit: how long after the beginning a node that does not answer may yet return.
    package func silence(within limit: Duration, ofNodesWithin nodeLimit: Duration) async -> Silence? {
        let clock = MonotonicClock()
        let begun = clock.now
        var livingSince = begun
        while true {
            let outcome = await probe(0).request("GET", "/whoami", RequestPlan(label: .probe, limit: .seconds(3)))
            if let node = outcome.nodeID, nodes.contains(where: { $0.nodeID == node }) { return nil }
            if let words = await silentNode() {
                guard clock.now - begun < nodeLimit else { return .ofNode(words) }
                livingSince = clock.now
            } else if clock.now - livingSince >= limit {
                return .ofBalancer(
                    "the balancer lets nothing through to the nodes for \(limit.inWords), though they live: a GET of "
                        + "\(front.endpoint) brought: \(outcome.summary)")
            }
            // The pace of the question; there is no event to wait for.
            guard (try? await probe(0).pause(.milliseconds(250))) != nil else { return nil }
        }
    }

    /// What the first of the nodes that does not answer at its control address did instead.
    private func silentNode() async -> String? {
        await withTaskGroup(of: String?.self) { group in
            for node in nodes {
                group.addTask {
                    do throws(LabError) {
                        _ = try await node.status(within: Self.statusLimit)
                        return nil
                    } catch {
                        return "\(error)"
                    }
                }
            }
            return await group.reduce(nil) { $0 ?? $1 }
        }
    }
}
