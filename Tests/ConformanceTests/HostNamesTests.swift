import History
import Testing
import Verdicts

@testable import Conformance

struct HostNamesTests {
    /// One request for each name; what the node saw, nil if none did.
    static func history(
        _ hosts: [(sent: String, seen: String?)], isOwn: Bool = true, status: Int? = 200,
        _ more: (inout JudgeHistory) -> Void = { _ in }
    ) -> RunHistory {
        JudgeHistory { events in
            events.front(isOwn: isOwn)
            for (sent, seen) in hosts {
                events.request(
                    "host-name", "GET", "/whoami", host: sent, status: seen == nil ? status : 200,
                    executed: seen.map { .init(headers: [["host", $0]]) })
            }
            more(&events)
        }.history
    }

    @Test(
        arguments: [
            ("one.example", "one.example"), ("one.example", "ONE.example:80"), ("one.example:443", "one.example"),
            ("[::1]:80", "[::1]"),
        ])
    func `the name must be kept, a port may change`(_ sent: String, _ seen: String) throws {
        #expect(try judged("headers/host-names", Self.history([("h:1", "h:1"), (sent, seen)])).verdict == .pass)
    }

    @Test(arguments: ["app", "127.0.0.1:7001", "one.example.org"])
    func `another name is a finding`(_ seen: String) throws {
        let result = try judged("headers/host-names", Self.history([("h:1", "h:1"), ("one.example", seen)]))
        #expect(result.verdict == .fail)
        #expect(result.codes == [.hostAltered])
    }

    @Test func `a name that is refused, unlike the first one, is a finding`() throws {
        for status in [404, 421, 200, nil] {
            let history = Self.history([("h:1", "h:1"), ("one.example", nil)], status: status)
            #expect(try judged("headers/host-names", history).codes == [.hostRefused])
        }
    }

    @Test func `where nothing is served under the first name either, nothing can be told`() throws {
        let history = Self.history([("h:1", nil), ("one.example", nil)], status: 502)
        #expect(try judged("headers/host-names", history).verdict == .inconclusive)
        #expect(try judged("headers/host-names", RunHistory(events: [])).verdict == .inconclusive)
        let unnamed = RunHistory(events: Array(Self.history([("h:1", "h:1")]).events.dropFirst()))
        #expect(try judged("headers/host-names", unnamed).verdict == .inconclusive)
    }

    @Test func `a refusal by our own deadline is excused while we stood still`() throws {
        let history = Self.history([("h:1", "h:1"), ("one.example", nil)], status: nil) {
            $0.event(.lab, .stall(Stall(loop: "clients-0", milliseconds: 4_000)))
        }
        #expect(try judged("headers/host-names", history).verdict == .inconclusive)
    }

    @Test func `a balancer that already ran is only asked for its own name`() throws {
        let result = try judged("headers/host-names", Self.history([("h:1", "h:1")], isOwn: false))
        #expect(result.verdict == .unobservable)
        #expect(result.reason.contains("verify each of its URLs"))
        #expect(try judged("headers/host-names", Self.history([("h:1", "app")], isOwn: false)).verdict == .fail)
        #expect(try judged("headers/host-names", Self.history([("h:1", nil)], isOwn: false)).verdict == .inconclusive)
    }
}
