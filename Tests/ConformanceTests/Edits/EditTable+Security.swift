import History
import Verdicts

@testable import Conformance

extension EditTable {
    static let security = [
        EditRow(
            "headers/hop-by-hop", .hopFieldPassed, .executions("hop-by-hop").first.header("keep-alive", "timeout=5")),
        EditRow(
            "headers/underscore-names", .underscoreFieldDropped,
            .executions("underscore-names").first.header("x_stickler_mark", nil)),
        EditRow(
            "headers/redirect-location", .locationAltered,
            .answers("redirect").last.header("location", "http://10.0.0.1:7001/sockjs/elsewhere")),

        EditRow(
            "security/refused-upgrade-smuggling", .refusedUpgradeTunnelled,
            .executions("behind-refused-upgrade").first.header("x-forwarded-for", LiteralProbe.forgedAddress)),

        EditRow(
            "security/conflicting-lengths", .ambiguousRequestPassed, .answers("conflict-two-lengths").node(.other)),
        EditRow(
            "security/conflicting-lengths", .bareLineFeedPassed, .answers("conflict-bare-line-feeds").node(.other)),
        EditRow(
            "security/conflicting-lengths", .requestSmuggled, .executions("conflict-none").repeated(1),
            .executions("conflict-none").last.target("/sockjs/info?smuggled=1"),
            .executions("conflict-none").last.header("x-forwarded-for", LiteralProbe.forgedAddress)),

        EditRow(
            "security/node-outside-pool", .strangerReached,
            .answers("with-address-of-a-stranger").first.node(.named("n4"))),
        EditRow("security/slow-heads", .slowClientsKeepOut, .answers("beside-slow-heads").first.refused(503)),
    ]
}
