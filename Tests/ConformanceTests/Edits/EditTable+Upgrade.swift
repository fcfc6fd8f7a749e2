@testable import Conformance
import History
import Verdicts

extension EditTable {
    static let upgrade = [
        EditRow("upgrade/reaches-node", .upgradeNotForwarded, .answers(.handshake).first.status(400)),
        EditRow("upgrade/reaches-node", .acceptWrong, .answers(.handshake).first.header("sec-websocket-accept", "x")),
        EditRow("upgrade/reaches-node", .headerLost, .executions(.handshake).first.header("origin", nil)),
        EditRow("upgrade/reaches-node", .tunnelClosed, .received.first.drop),

        EditRow("upgrade/keep-alive-connection-header", .upgradeNotForwarded, .answers(.handshake).last.refused(502)),
        EditRow(
            "upgrade/keep-alive-connection-header", .acceptWrong,
            .answers(.handshake).last.header("sec-websocket-accept", nil)),
        EditRow("upgrade/keep-alive-connection-header", .tunnelClosed, .received.last.drop),

        EditRow("upgrade/refusal-passes", .refusalAltered, .answers(.refusal).first.refused(502)),
    ]

    static let tunnel = [
        EditRow("tunnel/message-sizes", .upgradeNotForwarded, .answers(.upgrade).first.status(400)),
        EditRow("tunnel/message-sizes", .payloadAltered, .received.last.altered),
        EditRow("tunnel/message-sizes", .messageLost, .received.last.drop),
        EditRow("tunnel/message-sizes", .messageDuplicated, .received.first.repeated()),
        EditRow("tunnel/message-sizes", .messageReordered, .received.outOfOrder),

        EditRow("tunnel/close-code", .upgradeNotForwarded, .answers(.upgrade).first.status(404)),
        EditRow("tunnel/close-code", .closeCodeLost, .closings.label("node-closes-1011").code(1006)),

        EditRow("tunnel/first-frame-with-101", .upgradeNotForwarded, .answers(.upgrade).first.status(404)),
        EditRow("tunnel/first-frame-with-101", .firstFrameLost, .received.first.altered),
    ]
}
