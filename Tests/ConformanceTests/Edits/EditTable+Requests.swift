@testable import Conformance
import History
import Verdicts

extension EditTable {
    static let headers = [
        EditRow("headers/client-address", .addressMissing, .executions().first.header("x-forwarded-for", nil)),
        EditRow(
            "headers/client-address", .addressWrong,
            .executions("client-address").first.header("x-forwarded-for", "10.0.0.1")),
        EditRow(
            "headers/client-address", .addressForged,
            .executions("client-address-forged").header("x-forwarded-for", "203.0.113.7")),

        EditRow("headers/host-names", .hostAltered, .executions("host-name").first.header("host", "n1:80")),
        EditRow(
            "headers/host-names", .hostRefused, .executions("host-name").host("one.example").drop,
            .answers("host-name").host("one.example").refused(421)),

        EditRow(
            "headers/connection-field", .upgradeFieldAltered,
            .executions().asking("/websocket").header("upgrade", "upgrade")),
        EditRow(
            "headers/connection-field", .upgradeFieldAdded,
            .executions().asking("/info").header("upgrade", "websocket")
        ),
        EditRow(
            "headers/connection-field", .connectionFieldAdded,
            .executions().asking("/info").header("connection", "upgrade")),
        EditRow(
            "headers/connection-field", .requestFailed, .executions().asking("/info").drop,
            .answers().asking("/info").refused(503)),
    ]

    static let paths = [
        EditRow("paths/prefix", .pathAltered, .executions("prefixed-info").target("/sockjs/info")),
        EditRow("paths/prefix", .pathNotServed, .answers("prefixed-info").body("<html>")),
        EditRow("paths/prefix", .sessionNotOpened, .answers(.upgrade).first.status(404)),
        EditRow("paths/prefix", .sessionMoved, .answers(.poll).first.node(.other)),
        EditRow("paths/prefix", .requestFailed, .answers(.send).first.refused(502)),
    ]

    static let limits = [
        EditRow(
            "limits/request-body", .bodyRefused, .executions(.send).first.drop, .answers(.send).first.refused(413)
        ),
        EditRow("limits/request-body", .messageAltered, .executed().last.drop),

        EditRow(
            "limits/request-fields", .fieldsRefused, .executions().bringing("stickler-large").drop,
            .answers().bringing("stickler-large").refused(400)),
        EditRow("limits/request-fields", .headerLost, .executions().bringing("stickler-large").header("cookie", nil)),

        EditRow("limits/answer-fields", .answerRefused, .answers("answer-fields").first.refused(502)),
        EditRow("limits/answer-fields", .headerLost, .answers("answer-fields").first.header("set-cookie", nil)),

        EditRow("limits/one-address", .clientRefused, .answers(.info).label("together").last.refused(503)),
    ]
}
