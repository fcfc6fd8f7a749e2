import History
import Testing
import Verdicts

@testable import Conformance

struct PrefixTests {
    static let info = #"{"websocket":true,"origins":["*:*"],"cookie_needed":false,"entropy":1}"#

    /// A run in which all goes well, with what is told to go wrong.
    struct Run {
        var own = ""
        var isOwn = true
        var infoStatus: Int? = 200
        var infoBody = PrefixTests.info
        var upgradeStatus: Int? = 101
        var carries = true
        var stripped = ""
        var secondNode = "n2"
        var pollNode: String?
        var isServed = true

        var history: RunHistory {
            JudgeHistory { events in
                events.front(pathPrefix: own, isOwn: isOwn)
                func executed(_ target: String, on node: String) -> JudgeHistory.Execution? {
                    isServed ? .init(node: node, target: String(target.dropFirst(stripped.utf8.count))) : nil
                }
                let info = "\(own)/app/sockjs/info"
                events.request(
                    "prefixed-info", "GET", info, status: infoStatus, body: infoBody, executed: executed(info, on: "n1")
                )
                for (session, path) in [("w1", "/app/echo/000/w1/websocket"), ("w2", "/app/websocket")] {
                    events.request(
                        "upgrade", "GET", own + path, session: session, status: upgradeStatus,
                        executed: executed(own + path, on: "n1"))
                    if upgradeStatus == 101, carries { events.hears(1, session: session) }
                }
                for number in 1...12 {
                    let owner = number % 2 == 0 ? "n1" : secondNode
                    let path = "\(own)/app/echo/000/s\(number)/xhr"
                    let status = isServed ? 200 : 404
                    events.request(
                        "poll-open", "POST", path, session: "s\(number)", status: status,
                        executed: executed(path, on: owner))
                    guard isServed else { continue }
                    events.opened("s\(number)", on: owner)
                    events.request(
                        "poll", "POST", path, session: "s\(number)", status: 200,
                        executed: executed(path, on: pollNode ?? owner))
                }
            }.history
        }
    }

    @Test func `an app below a path that is served there passes`() throws {
        let result = try judged("paths/prefix", Run().history)
        #expect(result.verdict == .pass, "\(result.reason)")
    }

    static let broken: [(Run, FindingCode)] = [
        (Run(infoBody: "<!DOCTYPE html>"), .pathNotServed),
        (Run(infoStatus: 404), .pathNotServed),
        (Run(infoStatus: nil), .pathNotServed),
        (Run(carries: false), .pathNotServed),
        (Run(upgradeStatus: 400), .sessionNotOpened),
        (Run(upgradeStatus: nil), .sessionNotOpened),
        (Run(stripped: "/app"), .pathAltered),
        (Run(pollNode: "n3"), .sessionMoved),
    ]

    @Test(arguments: broken)
    func `what is not as it should be is found`(_ run: Run, _ code: FindingCode) throws {
        let result = try judged("paths/prefix", run.history)
        #expect(result.verdict == .fail)
        #expect(result.codes == [code])
    }

    @Test func `a path of the target's own may be taken off, and no more`() throws {
        #expect(try judged("paths/prefix", Run(own: "/shop").history).verdict == .pass)
        #expect(try judged("paths/prefix", Run(own: "/shop", stripped: "/shop").history).verdict == .pass)
        #expect(try judged("paths/prefix", Run(own: "/shop", stripped: "/shop/app").history).codes == [.pathAltered])
    }

    @Test func `sessions that are all on one node say nothing of stickiness`() throws {
        #expect(try judged("paths/prefix", Run(secondNode: "n1").history).verdict == .inconclusive)
    }

    @Test func `a path that is not there fails, unless the balancer already ran`() throws {
        let absent = Run(infoStatus: 404, infoBody: "", upgradeStatus: 404, isServed: false)
        #expect(try judged("paths/prefix", absent.history).verdict == .fail)
        var elsewhere = absent
        elsewhere.isOwn = false
        let result = try judged("paths/prefix", elsewhere.history)
        #expect(result.verdict == .unobservable)
        #expect(result.reason.contains("verify the URL with the path"))
        // The user said himself that the app is below a path.
        elsewhere.own = "/shop"
        #expect(try judged("paths/prefix", elsewhere.history).verdict == .fail)
    }

    @Test func `a tunnel that was silent while we stood still is no finding`() throws {
        let run = Run(carries: false).history
        let stall = HistoryEvent(
            time: HistoryTime(nanoseconds: 4_000_000_000), actor: .lab,
            kind: .stall(Stall(loop: "clients-0", milliseconds: 4_000)))
        #expect(try judged("paths/prefix", RunHistory(events: run.events + [stall])).verdict == .inconclusive)
    }
}
