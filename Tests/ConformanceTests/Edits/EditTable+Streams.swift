@testable import Conformance
import History
import Verdicts

extension EditTable {
    static let streaming = [
        EditRow("streaming/frames-at-once", .streamHeldBack, .received.last.drop),
        EditRow("streaming/frames-at-once-gzip", .streamHeldBack, .attempts.last.failed),

        EditRow("streaming/rotation", .sessionNotOpened, .attempts.first.failed),
        EditRow("streaming/rotation", .streamTruncated, .closings.first.cause(.peer)),
        EditRow("streaming/rotation", .messageLost, .received.last.drop),
    ]

    static let idle = [
        EditRow("idle/heartbeat-crosses", .sessionNotOpened, .attempts.first.failed),
        EditRow("idle/heartbeat-crosses", .heartbeatMissing, .frames(.heartbeat).drop),
    ]
}
