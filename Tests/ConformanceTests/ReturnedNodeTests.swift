import Claims
import History
import Testing
import Verdicts

@testable import Conformance

struct ReturnedNodeTests {
    /// n1 is killed at 1 s and back at 5 s; a session of it moved to n2.
    struct Run {
        var claims: FaultClaims?
        /// When a new session lands on n1, in milliseconds after it is back.
        var used: Int64? = 100
        /// Where the moved session's next message goes after that.
        var owner = "n2"

        var history: RunHistory {
            JudgeHistory { events in
                func request(_ label: RequestLabel, session: String, on node: String, status: Int = 200) {
                    events.request(
                        label, "POST", "/sockjs/0/\(session)/xhr", session: session, status: status,
                        executed: .init(node: node))
                }
                events.front(faults: claims)
                request("poll-open", session: "s", on: "n1")
                events.opened("s")
                events.at(1_000)
                events.event(.lab, .faultInjected(Fault(nodeID: "n1", fault: .kill)))
                events.at(2_000)
                request("poll-open", session: "s", on: "n2")
                events.opened("s", on: "n2", epoch: 2)
                events.at(5_000)
                events.event(.lab, .faultHealed(Fault(nodeID: "n1", fault: .kill)))
                request("poll-open", session: "other", on: "n2")
                if let used {
                    events.at(5_000 + used)
                    request("poll-open", session: "fresh", on: "n1")
                }
                events.at(26_000)
                request("send", session: "s", on: owner, status: owner == "n2" ? 204 : 404)
            }.history
        }
    }

    static let rows: [(Run, Verdict, FindingCode?)] = [
        (Run(), .pass, nil),
        (Run(used: nil), .fail, .returnedNodeUnused),
        (Run(used: 19_900), .pass, nil),
        (Run(used: 20_100), .fail, .returnedNodeUnused),
        (Run(claims: FaultClaims(failover: .rehome, returnedMilliseconds: 5_000), used: 4_900), .pass, nil),
        (
            Run(claims: FaultClaims(failover: .rehome, returnedMilliseconds: 5_000), used: 5_100), .fail,
            .returnedNodeUnused
        ),
        (Run(owner: "n1"), .pass, nil),
        (Run(claims: FaultClaims(failover: .hashReturn), owner: "n1"), .pass, nil),
        (Run(claims: FaultClaims(failover: .rehome)), .pass, nil),
        (Run(claims: FaultClaims(failover: .rehome), owner: "n1"), .fail, .sessionWentBack),
    ]

    @Test(arguments: rows)
    func `new sessions land on it, and moved ones stay where the manifest says so`(
        _ run: Run, _ verdict: Verdict, _ code: FindingCode?
    ) throws {
        let result = try judged("recovery/returned-node-is-used", run.history)
        #expect(result.verdict == verdict, "\(result.reason)")
        #expect(result.codes == Set(code.map { [$0] } ?? []))
    }

    @Test func `what was seen of moved sessions is told with a pass`() throws {
        #expect(try judged("recovery/returned-node-is-used", Run().history).reason.contains("0 of 1 moved sessions"))
        let back = try judged("recovery/returned-node-is-used", Run(owner: "n1").history)
        #expect(back.reason.contains("1 of 1 moved sessions went back"))
    }
}
