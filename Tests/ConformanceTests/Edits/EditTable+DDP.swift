@testable import Conformance
import History
import Verdicts

extension EditTable {
    /// Longer than judges give a call or a subscription.
    private static let patience = Edit.steps("stop").waits(.seconds(6))
    /// Whatever its case, a session that is not told that it is connected, and a message that is none of DDP.
    private static func talk(_ id: String) -> [EditRow] {
        [
            EditRow(id, .ddpNotConnected, .ddp("connected").first.drop),
            EditRow(id, .messageAltered, .ddp("updated").last.says("nonsense")),
        ]
    }

    static let ddp = connectAndCall + survives + quiet + afterKill + methods + subscriptions + frozen + herd

    private static let connectAndCall = [
        EditRow("ddp/connect-and-call", .ddpNotConnected, .steps("connect").first.outcome("timed out")),
        EditRow("ddp/connect-and-call", .pongMissing, .steps("ping").first.outcome("timed out")),
        EditRow("ddp/connect-and-call", .resultMissing, .steps("echo").first.outcome("timed out")),
        EditRow("ddp/connect-and-call", .resultAltered, .steps("echo").first.outcome("altered: null", of: "compare")),
    ]

    private static let survives =
        talk("ddp/session-survives") + [
            EditRow("ddp/session-survives", .sessionCut, .closings.first.earlier(by: .milliseconds(50))),
            EditRow("ddp/session-survives", .methodLost, .ddp("result").first.drop, patience),
            EditRow("ddp/session-survives", .methodReplayed, .executed("increment").first.repeated()),
            EditRow("ddp/session-survives", .messageLost, .ddp("changed").ofOneSession.number(3).drop),
            EditRow("ddp/session-survives", .messageDuplicated, .ddp("result").first.repeated()),
            EditRow("ddp/session-survives", .messageReordered, .ddp("result").ofOneSession.outOfOrder),
            EditRow("ddp/session-survives", .subscriptionIncomplete, .ddp("ready").first.drop, patience),
            EditRow(
                "ddp/session-survives", .documentStale, .ddp("added").replacing(#""bootID":""#, with: #""bootID":"x"#)),
        ]

    private static let quiet =
        talk("ddp/quiet-session") + [
            EditRow("ddp/quiet-session", .sessionCut, .closings.first.earlier(by: .milliseconds(50))),
            EditRow("ddp/quiet-session", .methodLost, .ddp("result").first.drop, patience),
        ]

    private static let afterKill =
        talk("ddp/back-after-kill") + [
            EditRow("ddp/back-after-kill", .sessionNotMoved, .openings.reconnected.drop),
            EditRow("ddp/back-after-kill", .reconnectedLate, .sessions.reconnected.epochs(later: 3)),
        ]

    private static let methods =
        talk("ddp/methods-run-once") + [
            EditRow("ddp/methods-run-once", .methodLost, .ddp("result").reconnected.first.drop, patience),
            EditRow("ddp/methods-run-once", .methodReplayed, .executed("increment").last.repeated()),
            EditRow("ddp/methods-run-once", .messageDuplicated, .ddp("result").first.repeated()),
            // The outcome of the call that the kill cut off comes on the first connection, before that of an earlier one.
            EditRow(
                "ddp/methods-run-once", .messageReordered, .ddp("result").ofMoved.ofOneSession.last.epoch(1),
                .ddp("result").ofMoved.ofOneSession.outOfOrder),
        ]

    private static let subscriptions =
        talk("ddp/subscriptions-resume") + [
            EditRow("ddp/subscriptions-resume", .subscriptionIncomplete, .ddp("added").reconnected.first.drop),
            EditRow(
                "ddp/subscriptions-resume", .documentStale,
                .ddp("added").reconnected.replacing(#""bootID":""#, with: #""bootID":"x"#)),
            EditRow("ddp/subscriptions-resume", .messageLost, .ddp("changed").reconnected.ofOneSession.number(2).drop),
            EditRow("ddp/subscriptions-resume", .messageDuplicated, .ddp("added").reconnected.first.repeated()),
            EditRow("ddp/subscriptions-resume", .messageReordered, .ddp("changed").reconnected.ofOneSession.againLater),
        ]

    private static let frozen =
        talk("ddp/frozen-node") + [
            EditRow("ddp/frozen-node", .sessionNotMoved, .openings.reconnected.drop)
        ]

    private static let herd =
        talk("ddp/reconnect-herd") + [
            EditRow("ddp/reconnect-herd", .notRecovered, .openings.reconnected.drop),
            EditRow("ddp/reconnect-herd", .reconnectStorm, .requests(.upgrade).afterFault.first.repeated(5)),
        ]
}
