import History
import Verdicts

@testable import Conformance

extension EditTable {
    /// What every case with polling sessions finds before its fault.
    private static func before(_ id: String) -> [EditRow] {
        [
            EditRow(id, .sessionNotOpened, .openings.first.drop),
            EditRow(id, .sessionMoved, .answers(.send).ofVictims.first.node(.other)),
            EditRow(id, .requestFailed, .answers(.send).ofVictims.first.refused(502)),
        ]
    }

    static let failover =
        before("failover/bystanders-undisturbed") + before("failover/hung-node") + before("failover/cut-stream-shows")
        + before("failover/no-duplicate-send") + before("failover/slow-node") + [
            EditRow("failover/kill-moves-sessions", .sessionNotMoved, .openings.reconnected.drop),
            EditRow("failover/kill-moves-sessions", .sessionMoved, .answers(.poll).ofMoved.last.node(.other)),
            EditRow("failover/kill-moves-sessions", .requestFailed, .answers(.send).ofMoved.last.refused(502)),
            EditRow("failover/kill-moves-sessions", .sessionNotOpened, .openings.first.drop),

            EditRow("failover/bystanders-undisturbed", .bystanderDisturbed, .received.ofBystanders.last.drop),

            EditRow("failover/hung-node", .sessionStuck, .answers(.probe).fails(.timedOut)),

            EditRow("failover/cut-stream-shows", .cutUnnoticed, .closings.ofVictims.first.cause(.client)),

            EditRow("failover/no-duplicate-send", .requestReplayed, .executions(.send).afterFault.first.repeated()),

            EditRow("failover/all-nodes-down", .noAnswerWhenDown, .answers("while-down").first.fails(.timedOut)),
            EditRow("failover/all-nodes-down", .wrongStatusWhenDown, .answers("while-down").first.status(200)),
            EditRow("failover/all-nodes-down", .notRecovered, .answers("after-healing").status(503)),
        ]

    static let recovery = [
        EditRow(
            "recovery/returned-node-is-used", .returnedNodeUnused,
            .answers(.pollOpen).afterHealing.ofFaultyNode.node(.other)),
        EditRow(
            "recovery/returned-node-is-used", .sessionWentBack, .answers().ofMoved.afterHealing.last.node(.faulty)),

        EditRow(
            "recovery/websocket-share-returns", .webSocketNotBack, .openings.label("after-1").transport(.xhrPolling)),
        EditRow(
            "recovery/websocket-share-returns", .upgradeNotForwarded, .openings.label("before").transport(.xhrPolling)),
    ]

    static let fallback = ["fallback/upgrade-refused", "fallback/upgrade-silent"].flatMap { id in
        [
            EditRow(
                id, .pollingRefused, .openings.drop, .answers(.pollOpen, .poll, .send).refused(503)),
            EditRow(id, .pollingNotReached, .openings.first.drop),
            EditRow(id, .sessionMoved, .answers(.poll).first.node(.other)),
            EditRow(id, .requestFailed, .answers(.send).first.refused(502)),
        ]
    }
}
