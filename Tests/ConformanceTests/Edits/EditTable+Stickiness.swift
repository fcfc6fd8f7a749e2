@testable import Conformance
import History
import Verdicts

extension EditTable {
    static let stickiness = [
        EditRow("stickiness/polling-same-node", .sessionNotOpened, .openings.first.drop),
        EditRow("stickiness/polling-same-node", .sessionMoved, .answers(.poll).first.node(.other)),
        EditRow("stickiness/polling-same-node", .requestFailed, .answers(.send).first.fails(.closedEarly)),

        EditRow("stickiness/websocket-first", .upgradeNotForwarded, .answers(.upgrade).first.status(400)),
        EditRow("stickiness/websocket-first", .sessionMoved, .answers("after-websocket").first.node(.other)),
        EditRow("stickiness/websocket-first", .requestFailed, .answers("after-websocket").first.refused(502)),

        EditRow(
            "stickiness/unknown-cookie", .unknownCookieRefused, .answers("first-with-unknown-cookie").first.refused(502)
        ),
        EditRow(
            "stickiness/unknown-cookie", .unknownCookieUpgradeRefused,
            .answers("upgrade-with-unknown-cookie").first.fails(.closedEarly)),
        EditRow(
            "stickiness/unknown-cookie", .unknownEndpointWanders,
            .answers("info-of-endpoints").body("{\"websocket\":true,\"base_url\":\"/cluster-ddp/0/web\"}"),
            .answers("request-of-unknown-endpoint").first.node(.other)),
        EditRow("stickiness/unknown-cookie", .sessionMoved, .answers("after-unknown-cookie").first.node(.other)),
        EditRow("stickiness/unknown-cookie", .requestFailed, .answers("after-unknown-cookie").first.refused(502)),

        EditRow(
            "stickiness/cookie-returns", .cookieNotReturned, .requests("cookie-again").cookie(nil),
            .answers("cookie-again").node(.other)),
        EditRow(
            "stickiness/cookie-returns", .cookieNotReturnedCrossSite, .requests(.poll).label("foreign").cookie(nil),
            .answers(.poll).label("foreign").node(.other)),

        // The good history is one of affinity by a cookie; without it, it goes by the address.
        EditRow(
            "stickiness/first-requests", .firstRequestsSpread, .answers().header("set-cookie", nil),
            .answers("later-requests").node(.named("n1"))),

        EditRow("stickiness/shared-connection", .sessionNotOpened, .openings.first.drop),
        EditRow("stickiness/shared-connection", .sessionMoved, .answers(.poll).first.node(.other)),
        EditRow("stickiness/shared-connection", .requestFailed, .answers(.poll).first.refused(502)),

        EditRow(
            "stickiness/across-instances", .instancesDisagree,
            .answers("through-another-instance").first.node(.other)),
        EditRow(
            "stickiness/address-change", .addressChangeMovesSession,
            .answers("from-another-address").first.node(.other)),
        EditRow("stickiness/without-cookies", .sessionsNeedCookies, .answers(.poll).first.node(.other)),
        EditRow("stickiness/many-clients", .clientsForgotten, .answers("asked-when-all-had").first.node(.other)),
        EditRow("stickiness/cookie-on-error", .errorBeginsNothing, .answers("after-an-error").first.node(.other)),
        EditRow("stickiness/duplicate-cookies", .leftoverCookieMoves, .answers("after-leftover").first.node(.other)),
        EditRow("stickiness/cookie-after-retry", .retryMovesClient, .answers("again-when-dead").first.node(.other)),
        EditRow("stickiness/two-layers", .layersDisagree, .answers("behind-two-layers").first.node(.other)),
        EditRow(
            "stickiness/cookie-attributes", .cookieAttributesMissing,
            .answers("asked-for-cookies").first.header("set-cookie", "a=b; Path=/; SameSite=Lax")),

        EditRow(
            "stickiness/websocket-and-http", .webSocketElsewhere, .answers("beside-websocket").node(.named("n1"))),
    ]

    static let distribution = [
        EditRow("distribution/uses-all-nodes", .nodeUnused, .openings.of("n3").node(.named("n1"))),
        EditRow("distribution/uses-all-nodes", .sessionNotOpened, .openings.first.drop),
    ]
}
