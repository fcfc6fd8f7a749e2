import DDP
import Fleet
import History
import Lab
import Verdicts

/// Users with subscriptions and a call under way, whose node is killed: the workload of the cases that follow.
enum KilledNode {
    /// How long users are waited for: Meteor's third attempt comes after at most 6.1 s, its fourth after at most 13.3 s
    /// more, and one that comes too late is seen as well.
    static func budget(_ limit: FaultLimit) -> Duration { max(.seconds(20), limit.duration) }
    /// Ticks that users wait for on their new connection.
    private static let laterTicks = 5
    private static let documents = 8

    static func run(_ stage: CaseStage) async throws {
        let budget = budget(FaultLimit(.killed, claims: stage.facts.faultClaims))
        let population = await MeteorPopulation.open([.webSocket: 6, .polling: 6, .raw: 6], on: stage)
        guard let (node, victims) = await population.victims(on: stage) else { return await population.stop() }
        _ = await forAll(population.users) { user in
            let count = await user.subscribe("count", [JSONValue(documents)])
            let ticks = await user.subscribe("ticks", [100])
            return await user.wait(within: CaseBudget.answer) { $0.ready.isSuperset(of: [count, ticks]) }
        }
        let calls = try await callsUnderWay(of: victims, at: node, on: stage)
        try await stage.inject(.kill, on: node)
        _ = await forAll(Array(zip(victims, calls))) { user, call in
            let isBack = await user.wait(within: budget) { $0.connects > 1 && $0.resets > 0 }
            guard isBack else { return }
            let seen = await user.documents
            // Longer than the checkers' patience, so that what is missing is lost.
            _ = await user.wait(within: .seconds(10)) {
                $0.completed[call] != nil && $0.documents >= seen + laterTicks
            }
        }
        await population.stop()
    }

    /// A call of each victim that the node has begun and not answered; where the machine is so busy that all were answered
    /// before they were seen, others that are answered later.
    private static func callsUnderWay(
        of victims: [MeteorUser], at node: NodeRemote, on stage: CaseStage
    ) async throws -> [String] {
        var calls: [String] = []
        for delay in [Duration.milliseconds(1_500), .seconds(3), .seconds(6)] {
            calls = await forAll(victims) { await $0.increment(answeredAfter: delay) }
            if try await sawExecutions(of: calls.count, at: node, on: stage, within: delay / 2) { break }
        }
        return calls
    }

    /// Waits until the node has begun so many of the calls that are answered later; whether it has begun any when that
    /// much time is over.
    private static func sawExecutions(
        of count: Int, at node: NodeRemote, on stage: CaseStage, within limit: Duration
    ) async throws -> Bool {
        var pending = 0
        _ = try await stage.awaitExecutions(within: limit) { history in
            pending = history.ddpTraces.flatMap(\.calls).count { call in
                call.results.isEmpty && call.executions.contains { $0.nodeID == node.nodeID }
            }
            return pending >= count
        }
        return pending > 0
    }
}
