import Clocks
import Claims
import History
import Testing

@testable import Verdicts

struct FaultLimitTests {
    @Test(arguments: FaultClass.allCases)
    func `where nobody states a limit, that of its class holds`(_ fault: FaultClass) {
        for claims in [nil, FaultClaims(failover: .rehome)] {
            let limit = FaultLimit(fault, claims: claims)
            #expect(limit.duration == fault.allowance)
            #expect(!limit.isStated)
            #expect(!limit.words.contains("manifest"))
            #expect(limit.lastAttempt == (fault == .killed ? 3 : nil))
        }
    }

    @Test(arguments: [
        (FaultClass.hung, Duration.seconds(4)), (.returned, .milliseconds(2_500)),
        (.allDown, FaultClass.allDown.allowance),
    ])
    func `a manifest's own limit takes its place`(_ fault: FaultClass, _ duration: Duration) {
        let claims = FaultClaims(failover: .rehome, hungMilliseconds: 4_000, returnedMilliseconds: 2_500)
        let limit = FaultLimit(fault, claims: claims)
        #expect(limit.duration == duration)
        #expect(limit.isStated == (fault != .allDown))
        #expect(limit.words.contains("as its manifest states") == limit.isStated)
    }

    /// The attempts of Meteor's client come at 0 and 10 ms, then 3.63 to 6.05 s, then 7.99 to 13.31 s after the last.
    @Test(arguments: [
        (Int64(0), 2.0, 3), (5, 2.01, 3), (3_000, 8.06, 3), (3_640, 8.06, 3), (3_641, 21.37, 4), (11_000, 21.37, 4),
    ])
    func `a killed node's clients have until their next attempt after it`(
        _ stated: Int64, _ seconds: Double, _ attempt: Int
    ) {
        let limit = FaultLimit(.killed, claims: FaultClaims(failover: .rehome, killedMilliseconds: stated))
        #expect(abs(limit.duration.inSeconds - seconds) < 0.01, "\(limit.duration)")
        #expect(limit.lastAttempt == attempt)
    }
}

struct FaultEffectTests {
    static func cast(_ history: inout HistoryBuilder) {
        for node in ["n1", "n2"] {
            history.event(.node(node), .nodeStarted(NodeStarted(bootID: "\(node).1", listen: "127.0.0.1:1")))
        }
    }

    @Test func `nobody can serve while no node is there, nor is a refused upgrade an outage`() {
        let history = HistoryBuilder {
            Self.cast(&$0)
            for fault in [("n1", FaultKind.refuseUpgrade), ("n1", .kill), ("n2", .hang)] {
                $0.event(.lab, .faultInjected(Fault(nodeID: fault.0, fault: fault.1)))
            }
            $0.sent("down")
            $0.answered("down", 503, by: nil)
        }.history
        #expect(history.view.faultEffects == [])
    }

    @Test func `a fault's cost is what failed while it lasted, and how long`() {
        let history = HistoryBuilder {
            Self.cast(&$0)
            $0.sent("before")
            $0.answered("before", 502, by: nil)
            $0.at(1_000)
            $0.event(.lab, .faultInjected(Fault(nodeID: "n1", fault: .kill)))
            $0.at(1_200)
            $0.sent("refused")
            $0.answered("refused", 503, by: nil)
            $0.sent("cut")
            $0.at(1_500)
            $0.event(
                .client("c"), .requestFailed(RequestFailed(requestID: "cut", failure: .closedEarly, detail: "EOF")))
            // An error that a node answers, and a 404 of the balancer's, are answers.
            $0.sent("served")
            $0.answered("served", 500, by: "n2")
            $0.sent("unknown")
            $0.answered("unknown", 404, by: nil)
            $0.at(2_000)
            $0.event(.lab, .faultHealed(Fault(nodeID: "n1", fault: .kill)))
            $0.at(2_100)
            $0.sent("after")
            $0.answered("after", 502, by: nil)
        }.history
        #expect(
            history.view.faultEffects == [
                FaultEffect(fault: .kill, nodeID: "n1", requests: 4, failedRequests: 2, outageSeconds: 0.5)
            ])
        #expect(
            history.view.faultEffects[0].description == "kill of n1: 2 of 4 requests failed, the last 500 ms after it")
    }

    @Test func `a fault that cost nothing is told too, and one that nobody heals lasts to the end`() {
        let history = HistoryBuilder {
            Self.cast(&$0)
            $0.event(.lab, .faultInjected(Fault(nodeID: "n2", fault: .hang)))
            $0.at(500)
            $0.sent("served")
            $0.answered("served")
        }.history
        #expect(history.view.faultEffects.map(\.description) == ["hang of n2: 0 of 1 requests failed"])
    }
}
