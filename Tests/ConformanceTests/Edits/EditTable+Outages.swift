import History
import Verdicts

@testable import Conformance

extension EditTable {
    static let outages = [
        EditRow(
            "failover/closing-node", .closingNodeKept, .answers("new-beside-closing-node").last.fails(.closedEarly)),

        EditRow("failover/partition", .partitionedNodeKept, .answers("of-partitioned-node").fails(.timedOut)),

        EditRow("failover/flapping-node", .flappingDisturbs, .received.ofBystanders.last.drop),
        EditRow("failover/flapping-node", .sessionNotOpened, .openings.first.drop),
        EditRow("failover/flapping-node", .sessionMoved, .answers(.send).ofVictims.first.node(.other)),
        EditRow("failover/flapping-node", .requestFailed, .answers(.send).ofVictims.first.refused(502)),
        EditRow("failover/flapping-node", .flappingUnserved, .answers("outage-3").fails(.connectFailed)),

        EditRow("failover/rolling-restart", .rollingRestartUnserved, .answers("during-restart-2").refused(503)),

        EditRow("failover/slow-node", .slowNodeRepeated, .executions(.send).afterFault.first.repeated()),
        EditRow("failover/slow-node", .slowNodeDisturbs, .received.ofBystanders.last.drop),

        EditRow("failover/unhealthy-page", .illNodeUsed, .answers("new-beside-ill-node").last.node(.faulty)),
        EditRow("failover/unhealthy-page", .illNodeUnserved, .answers("of-ill-node").first.refused(503)),

        EditRow("recovery/no-herd", .returnedNodeFlooded, .answers("newcomer").node(.faulty)),
    ]
}
