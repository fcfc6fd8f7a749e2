import History
import Verdicts

@testable import Conformance

extension EditTable {
    static let outages = [
        EditRow(
            "failover/closing-node", .closingNodeKept, .answers("new-beside-closing-node").last.fails(.closedEarly)),

        EditRow("failover/flapping-node", .flappingDisturbs, .received.ofBystanders.last.drop),
        EditRow("failover/flapping-node", .sessionNotOpened, .openings.first.drop),
        EditRow("failover/flapping-node", .sessionMoved, .answers(.send).ofVictims.first.node(.other)),
        EditRow("failover/flapping-node", .requestFailed, .answers(.send).ofVictims.first.refused(502)),
        EditRow("failover/flapping-node", .flappingUnserved, .answers("outage-3").fails(.connectFailed)),

        EditRow("recovery/no-herd", .returnedNodeFlooded, .answers("newcomer").node(.faulty)),
    ]
}
