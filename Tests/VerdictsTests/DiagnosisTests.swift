import Claims
import History
import Testing

@testable import Verdicts

@Suite("Diagnosis of a run")
struct DiagnosisTests {
    static let claims = ClaimSheet(
        directives: [.websocketUpgrade: "upgrade on;", .pollingStickiness: "sticky on;", .hostNames: "host on;"],
        remedies: ["limit-connections": "more;"],
        sayings: [.init(says: "not enough", cause: .limitConnections)])

    /// The diagnosis of cases that failed with these codes, each with its history.
    private func diagnosis(
        _ cases: [(id: String, codes: [FindingCode], history: RunHistory)], claims: ClaimSheet = Self.claims
    ) -> Diagnosis {
        let results = cases.map { one in
            CaseResult(
                description: CaseDescription(
                    id: one.id, title: "", features: [.websocketUpgrade], proves: "", findings: one.codes),
                verdict: .fail, reason: "", findings: one.codes.map { Finding($0, "it is \($0.rawValue)") })
        }
        return Diagnosis(
            results: results, histories: Dictionary(uniqueKeysWithValues: cases.map { ($0.id, $0.history) }),
            claims: claims)
    }

    private static let strippedUpgrade = HistoryBuilder { events in
        events.sent("u", "upgrade", method: "GET", target: "/websocket")
        events.executed("u", status: 400)
        events.answered("u", 400)
    }.history

    private static let moved = HistoryBuilder { events in
        events.exchange("o", "poll-open", session: "s")
        events.opened("s", on: "n1")
        events.at(10)
        events.sent("p", "poll", session: "s")
        events.executed("p", on: "n2", status: 404)
        events.answered("p", 404, by: "n2")
    }.history

    private static let both = RunHistory(events: strippedUpgrade.events + moved.events)

    @Test func `what stands earlier takes what stands later with it, and each cause is named once`() {
        let found = diagnosis([
            ("ddp/connect-and-call", [.ddpNotConnected], Self.both),
            ("upgrade/reaches-node", [.upgradeNotForwarded], Self.strippedUpgrade),
            ("sockjs/polling-round-trip", [.sessionMoved], Self.moved),
        ])
        #expect(found.causes.map(\.kind) == [.upgrade, .affinityNone])
        #expect(found.causes[0].cases == ["ddp/connect-and-call", "upgrade/reaches-node"])
        #expect(found.causes[0].remedy == "upgrade on;")
        #expect(found.causes[0].message.contains("without its Upgrade field"))
        #expect(found.causes[1].cases == ["sockjs/polling-round-trip"])
        #expect(found.causes[1].remedy == "sticky on;")
    }

    @Test func `what follows from a deeper cause is told with it, and by itself where that was not seen`() {
        let wentBack = FindingCode("went-back", .failover, isCertain: true, followsFrom: .affinityNone)
        let empty = HistoryBuilder { _ in }.history
        let returned = (id: "recovery/returned-node-is-used", codes: [wentBack], history: empty)
        let both = diagnosis([returned, ("sockjs/polling-round-trip", [.sessionMoved], Self.moved)])
        #expect(both.causes.map(\.kind) == [.affinityNone])
        #expect(both.causes[0].cases == ["sockjs/polling-round-trip", "recovery/returned-node-is-used"])
        #expect(both.causeOfCase["recovery/returned-node-is-used"] == 0)
        let alone = diagnosis([returned])
        #expect(alone.causes.map(\.kind) == [.failover])
    }

    @Test
    func
        `clients who don't get away from a bad node fall with the balancer that keeps to it, where one line cures both`()
    {
        let empty = HistoryBuilder { _ in }.history
        let kept = (id: "failover/hung-node", codes: [FindingCode("kept", .healthView)], history: empty)
        let stuck = (id: "ddp/frozen-node", codes: [FindingCode("stuck", .failover)], history: empty)
        func kinds(_ health: String, _ failover: String) -> [CauseKind] {
            let claims = ClaimSheet(remedies: ["health-view": health, "failover": failover])
            return diagnosis([stuck, kept], claims: claims).causes.map(\.kind)
        }
        #expect(kinds("check on;", "check on;") == [.healthView])
        #expect(kinds("check on;", "retry on;") == [.healthView, .failover])
    }

    @Test func `a poll under way at a kill rightly ends elsewhere, one that had ended there shows a move`() {
        func history(answeredAt answer: Int64) -> RunHistory {
            HistoryBuilder { events in
                events.exchange("o", "poll-open", session: "s")
                events.opened("s", on: "n1")
                events.at(10)
                events.sent("p", "poll", session: "s")
                if answer < 50 {
                    events.at(answer)
                    events.answered("p", 404, by: "n2")
                }
                events.at(50)
                events.event(.lab, .faultInjected(Fault(nodeID: "n1", fault: .kill)))
                if answer > 50 {
                    events.at(answer)
                    events.answered("p", 404, by: "n2")
                }
            }.history
        }
        func kinds(_ answer: Int64) -> [CauseKind] {
            diagnosis([("ddp/subscriptions-resume", [.messageLost], history(answeredAt: answer))]).causes.map(\.kind)
        }
        #expect(kinds(40) == [.affinityNone])
        #expect(kinds(60) == [.rewriting])
    }

    @Test func `a cookie that the answer to an upgrade lacks and a later one bears is affinity on some paths only`() {
        let history = HistoryBuilder { events in
            events.exchange("u", "upgrade", session: "s", status: 101)
            events.opened("s", on: "n1")
            events.at(10)
            events.sent("w", "after-websocket", session: "s", method: "GET")
            events.executed("w", on: "n2")
            events.event(
                .client("c"),
                .responseReceived(
                    ResponseReceived(
                        requestID: "w", status: 200, nodeID: "n2", bootID: "n2.1",
                        headers: [["set-cookie", "SRV=2; Path=/"]])))
        }.history
        let found = diagnosis([("stickiness/websocket-first", [.sessionMoved], history)])
        #expect(found.causes.map(\.kind) == [.affinityPath])
        #expect(diagnosis([("a/b", [.sessionMoved], Self.moved)]).causes.map(\.kind) == [.affinityNone])
    }

    @Test func `a code that says for certain what is wrong is not taken by another cause in its case`() {
        let found = diagnosis([("headers/host-names", [.hostAltered], Self.strippedUpgrade)])
        #expect(found.causes.map(\.kind) == [.host])
        #expect(found.causes[0].remedy == "host on;")
    }

    @Test(arguments: [
        (301, CauseKind.redirect), (401, .refused), (404, .path), (413, .limitBody), (431, .limitRequestFields),
        (429, .limitConnections),
    ])
    func `a status that no node gave names its cause`(_ status: Int, _ kind: CauseKind) {
        let history = HistoryBuilder { events in
            events.exchange("p", "poll", status: status, by: nil)
        }.history
        #expect(diagnosis([("a/b", [.requestFailed], history)]).causes.map(\.kind) == [kind])
        // The node's own answer is none of the balancer's.
        let own = HistoryBuilder { $0.exchange("p", "poll", status: status, by: "n1") }.history
        #expect(diagnosis([("a/b", [.requestFailed], own)]).causes.map(\.kind) == [.unexplained])
    }

    @Test func `the balancer's own words are the first evidence, until a fault of ours may be what it speaks of`() {
        let words = HistoryBuilder { events in
            events.event(.lab, .balancerOutput(BalancerOutput(line: "4 worker_connections are not enough")))
            events.exchange("p", "poll", status: 503, by: nil)
        }.history
        let found = diagnosis([("limits/one-address", [.requestFailed], words)])
        #expect(found.causes.map(\.kind) == [.limitConnections])
        #expect(found.causes[0].evidence.first?.line.contains("are not enough") ?? false)
        #expect(found.causes[0].remedy == "more;")
        let later = HistoryBuilder { events in
            events.event(.lab, .faultInjected(Fault(nodeID: "n1", fault: .kill)))
            events.at(5)
            events.event(.lab, .balancerOutput(BalancerOutput(line: "4 worker_connections are not enough")))
        }.history
        #expect(diagnosis([("a/b", [.requestFailed], later)]).causes.map(\.kind) == [.unexplained])
    }

    @Test func `a node that is still asked long after its death is told even where affinity is the deeper cause`() {
        let history = HistoryBuilder { events in
            events.at(100)
            events.event(.lab, .faultInjected(Fault(nodeID: "n1", fault: .kill)))
            events.at(6_000)
            events.exchange("p", "poll", session: nil, status: 503, by: nil)
        }.history
        let found = diagnosis([
            ("failover/kill-moves-sessions", [.sessionMoved], RunHistory(events: Self.moved.events + history.events))
        ])
        #expect(found.causes.map(\.kind) == [.affinityNone, .healthView])
        #expect(found.causes[1].cases.isEmpty)
    }

    @Test func `an end of the balancer's process comes before all`() {
        let ended = HistoryBuilder { events in
            events.event(.lab, .balancerEnded(BalancerEnded(exit: "signal 9")))
        }.history
        let found = diagnosis([("a/b", [.upgradeNotForwarded], RunHistory(events: Self.both.events + ended.events))])
        #expect(found.causes.first?.kind == .process)
        #expect(found.causes.first?.cases == ["a/b"])
    }

    @Test func `cases that passed and runs without findings have no cause`() {
        let passed = CaseResult(
            description: CaseDescription(id: "a/b", title: "", features: [], proves: "", findings: []), verdict: .pass,
            reason: "1 observation")
        let found = Diagnosis(results: [passed], histories: ["a/b": Self.both], claims: Self.claims)
        #expect(found.causes.isEmpty && found.causeOfCase.isEmpty)
    }

    @Test func `results bear the cause with which they fall and its remedy`() {
        let found = diagnosis([("upgrade/reaches-node", [.upgradeNotForwarded], Self.strippedUpgrade)])
        let result = CaseResult(
            description: CaseDescription(id: "upgrade/reaches-node", title: "", features: [], proves: "", findings: []),
            verdict: .fail, reason: "")
        let attributed = found.attributed([result])[0]
        #expect(attributed.causedBy == .upgrade)
        #expect(attributed.remedy == "upgrade on;")
    }
}
