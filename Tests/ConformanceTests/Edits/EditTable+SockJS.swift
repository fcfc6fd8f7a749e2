@testable import Conformance
import History
import Verdicts

extension EditTable {
    static let sockJS = [
        EditRow("sockjs/info", .infoUnavailable, .answers(.info).first.refused(502)),
        EditRow("sockjs/info", .infoAltered, .answers(.info).first.body("<html>")),
        EditRow("sockjs/info", .infoCached, .executions(.info).last.drop),
        EditRow("sockjs/info", .corsAltered, .answers(.info).first.header("access-control-allow-origin", "*")),

        EditRow("sockjs/info-agrees-with-upgrade", .infoDisagrees, .answers(.upgrade).first.status(400)),
        EditRow(
            "sockjs/info-agrees-with-upgrade", .infoUnavailable, .answers("info-of-service").first.fails(.timedOut)),

        EditRow("sockjs/iframe-page", .iframeAltered, .answers("iframe-page").body("<html>")),
        EditRow("sockjs/iframe-page", .iframeBlocked, .answers("iframe-page").header("x-frame-options", "DENY")),

        EditRow(
            "sockjs/cors", .corsAltered, .answers("cross-origin").first.header("access-control-allow-credentials", nil)),
        EditRow(
            "sockjs/cors-of-two-origins", .corsAltered,
            .answers("cross-origin").header("access-control-allow-origin", "http://one.example")),

        EditRow("sockjs/error-answers", .errorAltered, .answers("refused-request").first.body("Not here")),

        EditRow("sockjs/not-found-is-asked-again", .answerCached, .executions(.disabledTransport).last.drop),
        EditRow("sockjs/not-found-is-asked-again", .errorAltered, .answers(.disabledTransport).first.status(502)),

        EditRow(
            "sockjs/abort-reaches-node", .abortNotForwarded,
            .answers("poll-after-abort").first.body(#"c[2010,"Another connection still open"]"#)),
        EditRow("sockjs/abort-reaches-node", .requestFailed, .answers("poll-after-abort").first.refused(502)),
        EditRow("sockjs/abort-reaches-node", .sessionNotOpened, .answers(.pollOpen).first.refused(502)),

        EditRow("sockjs/request-rate", .requestStorm, .requests(.poll).first.repeated(10)),
        EditRow("sockjs/request-rate", .sessionNotOpened, .attempts.first.failed),
    ]

    static let roundTrips =
        ["sockjs/websocket-round-trip", "sockjs/raw-websocket-round-trip"].flatMap(messages)
        + [
            "sockjs/polling-round-trip", "sockjs/xhr-streaming-round-trip", "sockjs/eventsource-round-trip",
            "sockjs/htmlfile-round-trip", "sockjs/jsonp-polling-round-trip", "sockjs/iframe-round-trips",
        ].flatMap { messages($0) + [EditRow($0, .requestFailed, .answers(.send).last.refused(502))] }

    /// What can become of messages that go there and back.
    private static func messages(_ id: String) -> [EditRow] {
        [
            EditRow(id, .sessionNotOpened, .openings.first.failed),
            EditRow(id, .messageAltered, .received.last.altered),
            EditRow(id, .messageLost, .received.last.drop),
            EditRow(id, .messageDuplicated, .received.last.repeated()),
            EditRow(id, .messageReordered, .received.ofOneSession.outOfOrder),
        ]
    }
}
