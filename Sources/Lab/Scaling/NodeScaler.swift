import Clocks
package import StickyProxy
import Synchronization

/// Lets real nodes join and leave by ``ScalingRules``, from the requests that the balancer before them counts.
///
/// It looks once in each period of the rule, and does one thing after another: its measure is what was counted between two
/// looks, divided by the time that really passed.
package final class NodeScaler: Sendable {
    private let rules: ScalingRules
    private let site: any ScaledSite
    private let first: [NodeRemote]
    private let state: Mutex<State>

    private struct State {
        var tally: ScalingTally
        var problem: LabError?
    }

    /// One that follows this rule, from these nodes on.
    package init(_ rules: ScalingRules, on site: any ScaledSite, nodes: [NodeRemote]) {
        self.rules = rules
        self.site = site
        first = nodes
        state = Mutex(State(tally: ScalingTally(nodes: nodes.map(\.nodeID))))
    }

    /// What it came to so far.
    package var tally: ScalingTally { state.withLock { $0.tally } }
    /// What it could not do, after which it did nothing more.
    package var problem: LabError? { state.withLock { $0.problem } }

    /// Follows the rule until the task is cancelled, or something can't be done. Nodes that it started and that have not
    /// left are those of the site, which ends them.
    package func run() async {
        var group = ScaledGroup(rules, nodes: first, at: .now)
        while !Task.isCancelled {
            // Cancelled: there is nothing more to follow.
            guard (try? await MonotonicClock().sleep(until: group.wakeAt)) != nil else { return }
            do throws(LabError) {
                let traffic = try await site.traffic()
                for action in group.looked(at: traffic, .now) { try await perform(action, &group) }
            } catch {
                // What an end breaks off is no problem.
                if !Task.isCancelled { state.withLock { $0.problem = error } }
                return
            }
        }
    }

    private func perform(_ action: ScalingMachine.Action, _ group: inout ScaledGroup) async throws(LabError) {
        switch action {
        case .start(let count):
            for _ in 0..<count {
                let node = try await site.startSpare()
                try await site.perform(.add(node))
                group.started(node)
                tell { $0.joined(node.nodeID) }
            }
        case .drain(let name):
            guard let node = group.node(name) else { return }
            try await site.perform(.drain(node))
            group.drained(node, at: .now)
            tell { $0.drains(name) }
        case .end(let name):
            guard let node = group.node(name) else { return }
            try await site.perform(.remove(node))
            try await site.endSpare(node)
            group.ended(node, at: .now)
            tell { $0.left(name) }
        }
    }

    private func tell(_ change: (inout ScalingTally) -> Void) { state.withLock { change(&$0.tally) } }
}
