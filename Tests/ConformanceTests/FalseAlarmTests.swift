import History
import Testing
import Verdicts

@testable import Conformance

/// Histories of balancers that do right, or of our own failures, which a careless judge would blame.
struct FalseAlarmTests {
    /// One event at this millisecond.
    private static func at(_ milliseconds: Int64, _ actor: HistoryActor, _ kind: HistoryEvent.Kind) -> HistoryEvent {
        HistoryEvent(time: HistoryTime(nanoseconds: milliseconds * 1_000_000), actor: actor, kind: kind)
    }

    private static let client = HistoryActor.client("c")

    private static func request(_ label: RequestLabel, _ target: String, session: String, status: Int) -> [HistoryEvent]
    {
        [
            at(
                1, client,
                .requestSent(
                    RequestSent(
                        requestID: "r", session: session, connection: "k", method: "GET", target: target, label: label))
            ),
            at(
                3, client,
                .responseReceived(
                    ResponseReceived(
                        requestID: "r", status: status, nodeID: "n1", bootID: "b",
                        headers: [["sec-websocket-accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="]]))),
        ]
    }

    private static func closed(_ milliseconds: Int64, _ session: String) -> HistoryEvent {
        at(
            milliseconds, client,
            .sessionClosed(
                SessionClosed(
                    session: session, epoch: 1, code: 1006, reason: "timed out: a frame within 5 s",
                    cause: .deadline)))
    }

    private static func named(_ session: String, _ label: String) -> HistoryEvent {
        at(0, client, .sessionNamed(SessionNamed(session: session, label: label)))
    }

    private static let ping = HistoryEvent.Kind.messageSent(
        Message(session: "s", epoch: 1, number: 1, payload: "Hello", bytes: 5, digest: "d"))

    private static let missed: [(String, [HistoryEvent])] = [
        (
            "upgrade/keep-alive-connection-header",
            request("handshake", "/echo/websocket", session: "s", status: 101) + [at(4, client, ping)]
        ),
        (
            "tunnel/close-code",
            [
                named("s/node-closes-1001", "node-closes-1001"),
                at(
                    1, client,
                    .sessionOpened(
                        SessionOpened(
                            session: "s/node-closes-1001", epoch: 1, transport: .rawWebSocket, nodeID: "n1",
                            bootID: "b"))), closed(5_001, "s/node-closes-1001"),
            ]
        ),
        (
            "tunnel/first-frame-with-101",
            [named("s/7", "7")] + request("upgrade", "/first-frame?bytes=7", session: "s/7", status: 101)
                + [closed(5_003, "s/7")]
        ),
    ]

    @Test(arguments: missed)
    func `a deadline missed while we stood still is no finding, but missed otherwise it is`(
        _ id: String, _ events: [HistoryEvent]
    ) throws {
        let one = try #require(CaseCatalog.named(id))
        let quiet = RunHistory(events: events)
        #expect(one.judge(quiet.view).excusingOwnStalls(in: quiet.view).verdict(level: .must).verdict == .fail)
        let stall = Self.at(4_500, .lab, .stall(Stall(loop: "clients-0", milliseconds: 4_000)))
        let stalled = RunHistory(events: events + [stall])
        #expect(
            one.judge(stalled.view).excusingOwnStalls(in: stalled.view).verdict(level: .must).verdict == .inconclusive)
    }

    private static func executed(_ target: String) -> HistoryEvent {
        at(
            2, .node("n1"),
            .requestExecuted(
                RequestExecuted(
                    requestID: "r", bootID: "b", method: "GET", target: target, status: 101,
                    headers: [
                        ["origin", "http://app.example"], ["x-stickler-probe", "kept"],
                        ["authorization", "Basic cHJvYmU6"], ["sec-websocket-version", "13"],
                    ], peer: "127.0.0.1:1")))
    }

    @Test(
        arguments: [
            ("/websocket?probe=a%2Fb&x=1", Verdict.pass), ("/app/websocket?probe=a%2Fb&x=1", .pass),
            ("/websocket?probe=a/b&x=1", .fail), ("/websocket", .fail),
        ])
    func `a path prefix may be taken off, nothing else of a target`(_ seen: String, _ verdict: Verdict) throws {
        let one = try #require(CaseCatalog.named("upgrade/reaches-node"))
        let sent = Self.request("handshake", "/app/websocket?probe=a%2Fb&x=1", session: "s", status: 101)
        #expect(
            one.judge(RunHistory(events: sent + [Self.executed(seen)]).view).verdict(level: .must).verdict == verdict)
    }

    @Test func `fields that no node recorded are not taken for kept`() throws {
        let one = try #require(CaseCatalog.named("upgrade/reaches-node"))
        let sent = Self.request("handshake", "/websocket?probe=a%2Fb&x=1", session: "s", status: 101)
        #expect(one.judge(RunHistory(events: sent).view).verdict(level: .must).verdict == .inconclusive)
    }
}
