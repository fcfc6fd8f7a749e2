import Clocks
import History
import Lab
import StressResults
import Synchronization
import Verdicts

/// Puts the faults of a scenario into force at their times, and tells the clients of them.
final class FaultSchedule: Sendable {
    private let plans: [ScheduledFault]
    private let nodes: [NodeRemote]
    private let fleet: StressFleet
    private let start: MonotonicClock.Instant
    private let state = Mutex(State())

    private struct State {
        var applied: [AppliedFault] = []
        var inForce: [(plan: ScheduledFault, node: NodeRemote, index: Int)] = []
        var problem: LabError?
    }

    init(
        _ plans: [ScheduledFault], on nodes: [NodeRemote], fleet: StressFleet, startingAt start: MonotonicClock.Instant
    ) {
        self.plans = plans
        self.nodes = nodes
        self.fleet = fleet
        self.start = start
    }

    /// Those that were in force, with their true times.
    var applied: [AppliedFault] { state.withLock { $0.applied } }
    /// Those in force now, in words.
    var inForce: [String] { state.withLock { $0.inForce.map { "\($0.plan.fault.kind) \($0.node.nodeID)" } } }
    /// Why a fault could not be put into force or healed.
    var problem: LabError? { state.withLock { $0.problem } }

    /// Follows the schedule; ends early when the task is cancelled, and then heals nothing.
    func run() async {
        await withTaskGroup { group in
            for plan in plans { group.addTask { await self.follow(plan) } }
        }
    }

    /// Heals what is still in force; what stood in the way.
    func healAll() async -> LabError? {
        for (plan, node, index) in state.withLock({ $0.inForce }) { await heal(plan, node, index) }
        return problem
    }

    private func follow(_ plan: ScheduledFault) async {
        guard let node = plan.node.map({ id in nodes.first { $0.nodeID == id } }) ?? nodes.first else {
            return
        }
        // Cancelled: the run is over before this fault.
        guard (try? await MonotonicClock().sleep(until: start + plan.start)) != nil else { return }
        // Before it is asked for: from here on it may be in force.
        let from = (MonotonicClock.now - start) / .seconds(1)
        await fleet.outageBegins(node.nodeID, plan.fault.kind == .kill ? .endsSessions : .silencesNode)
        do throws(LabError) {
            try await node.inject(plan.fault)
        } catch {
            state.withLock { $0.problem = $0.problem ?? error }
            return
        }
        let index = state.withLock { state in
            state.applied.append(AppliedFault(plan: plan.description, node: node.nodeID, from: from, to: nil))
            state.inForce.append((plan, node, state.applied.count - 1))
            return state.applied.count - 1
        }
        guard let end = plan.end, (try? await MonotonicClock().sleep(until: start + end)) != nil else { return }
        await heal(plan, node, index)
    }

    private func heal(_ plan: ScheduledFault, _ node: NodeRemote, _ index: Int) async {
        do throws(LabError) {
            try await node.heal(plan.fault)
        } catch {
            state.withLock { $0.problem = $0.problem ?? error }
        }
        await fleet.outageEnds(node.nodeID)
        state.withLock { state in
            state.inForce.removeAll { $0.index == index }
            state.applied[index].to = (MonotonicClock.now - start) / .seconds(1)
        }
    }
}
