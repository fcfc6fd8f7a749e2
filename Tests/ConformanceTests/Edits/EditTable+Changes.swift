import History
import Verdicts

@testable import Conformance

extension EditTable {
    static let drain = [
        EditRow("drain/clients-stay", .drainMovesClients, .answers(.poll).ofOperated.last.node(.other)),
        EditRow("drain/tunnels-live", .drainEndsTunnels, .received.ofOperated.onWebSocket.last.drop),
        EditRow(
            "drain/new-clients-elsewhere", .drainedNodeUsed, .answers(.pollOpen).label("fresh").first.node(.operated)),
        EditRow("drain/new-clients-elsewhere", .sessionNotOpened, .openings.label("fresh").first.drop),
        EditRow("drain/node-leaves", .removalLosesRequests, .answers(.send).ofOperated.afterFault.first.refused(502)),
    ]

    static let reload = [
        EditRow("reload/tunnels-live", .reloadEndsTunnels, .received.afterOperation.last.drop),
        EditRow(
            "reload/nothing-lost", .reloadLosesRequests, .answers("asked-meanwhile").afterOperation.first.refused(502)),
        EditRow("reload/clients-stay", .reloadMovesClients, .answers("silent-after").first.node(.other)),
    ]

    static let scaling = [
        EditRow(
            "scaling/new-node-is-used", .addedNodeUnused,
            .answers(.pollOpen).afterOperation.of("n4").node(.named("n1"))),
        EditRow("scaling/growth-moves-few", .growthMovesSessions, .answers(.poll).afterOperation.node(.other)),
        EditRow("scaling/growth-moves-few", .sessionNotOpened, .openings.first.drop),
        EditRow("scaling/shrink-moves-few", .shrinkMovesSessions, .answers(.poll).afterOperation.last.node(.other)),
        EditRow("scaling/under-load", .scalingLosesClients, .openings.reconnected.ofOneSession.drop),
    ]

    static let restart = [
        EditRow("restart/sessions-return", .restartKeepsClientsOut, .openings.reconnected.ofOneSession.drop),
        EditRow("restart/cookies-hold", .restartMovesClients, .answers("silent-after").first.node(.other)),
    ]
}
