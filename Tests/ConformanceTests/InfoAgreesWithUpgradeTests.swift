import History
import Testing
import Verdicts

@testable import Conformance

struct InfoAgreesWithUpgradeTests {
    /// What info says, and how the upgrade is met: with this status, nil for none in time, and an open session or not.
    static func history(
        says: Bool?, status: Int?, opens: Bool = false, infoStatus: Int? = 200,
        _ more: (inout JudgeHistory) -> Void = { _ in }
    ) -> RunHistory {
        JudgeHistory { events in
            events.request(
                "info-of-service", "GET", "/echo/info", session: "s", status: infoStatus,
                body: says.map { #"{"websocket":\#($0),"entropy":1}"# } ?? "<html>")
            events.request("upgrade", "GET", "/echo/000/abc/websocket", session: "s", status: status)
            if opens { events.opened("s", over: .websocket) }
            more(&events)
        }.history
    }

    static let rows: [(says: Bool, status: Int?, opens: Bool, verdict: Verdict)] = [
        (true, 101, true, .pass), (false, 404, false, .pass), (false, 400, false, .pass),
        (true, 404, false, .fail), (true, 101, false, .fail), (true, nil, false, .fail), (true, 502, false, .fail),
        (false, 101, true, .fail), (false, 101, false, .fail), (false, 502, false, .fail), (false, nil, false, .fail),
    ]

    @Test(arguments: rows)
    func `an upgrade must show what info says`(_ says: Bool, _ status: Int?, _ opens: Bool, _ verdict: Verdict) throws {
        let result = try judged(
            "sockjs/info-agrees-with-upgrade", Self.history(says: says, status: status, opens: opens))
        #expect(result.verdict == verdict)
        #expect(result.codes == (verdict == .fail ? [.infoDisagrees] : []))
    }

    @Test func `info that is none is a finding of its own`() throws {
        for history in [
            Self.history(says: nil, status: 101), Self.history(says: true, status: 101, infoStatus: 502),
            Self.history(says: true, status: 101, infoStatus: nil),
        ] {
            #expect(try judged("sockjs/info-agrees-with-upgrade", history).codes == [.infoUnavailable])
        }
    }

    @Test func `a first frame or an answer that did not come while we stood still is no finding`() throws {
        for status in [101, nil] {
            let history = Self.history(says: true, status: status) {
                $0.at(4_900)
                $0.event(.lab, .stall(Stall(loop: "clients-0", milliseconds: 4_000)))
            }
            #expect(try judged("sockjs/info-agrees-with-upgrade", history).verdict == .inconclusive)
        }
    }

    @Test func `without an upgrade there is nothing to compare`() throws {
        let all = Self.history(says: true, status: 101).events
        let history = RunHistory(events: Array(all.prefix(3)))
        #expect(try judged("sockjs/info-agrees-with-upgrade", history).verdict == .inconclusive)
    }
}
