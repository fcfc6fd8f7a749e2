import History
import Testing
import Verdicts

@testable import Conformance

struct CookieReturnsTests {
    /// What becomes of the cookie from a page of one site.
    struct Visit: Sendable {
        var isSent = true
        var reason: CookieWithheld.Reason?
        /// Whether requests reach the node that set it.
        var sticks = true
    }

    static func history(
        _ field: String? = "SRV=1; Path=/", page: Visit = Visit(), foreign: Visit = Visit(), decides: Bool = true
    ) -> RunHistory {
        JudgeHistory { events in
            for (suffix, visit) in [("/page", page), ("/foreign", foreign)] {
                let session = "s\(suffix)"
                events.request(
                    "cookie-first", "GET", "/echo/info", session: session, host: "lb.test:80", status: 200,
                    answer: field.map { [["set-cookie", $0]] } ?? [], executed: .init(node: "n1"))
                if let reason = visit.reason { events.withheld("SRV", reason) }
                let node = visit.sticks ? "n1" : "n2"
                events.request(
                    "poll-open", "POST", "/echo/0/s/xhr", session: session, cookie: visit.isSent ? "SRV=1" : nil,
                    status: 200, executed: .init(node: suffix == "/foreign" ? "n1" : node))
                events.request(
                    "send", "POST", "/echo/0/s/xhr_send", session: session, cookie: visit.isSent ? "SRV=1" : nil,
                    status: visit.sticks ? 204 : 404, executed: .init(node: node))
                if suffix == "/page", field != nil {
                    events.request(
                        "cookie-brought", "GET", "/echo/info", session: session, cookie: "SRV=1", status: 200,
                        executed: .init(node: decides ? "n1" : "n3"))
                }
            }
        }.history
    }

    static func lost(_ reason: CookieWithheld.Reason?, sticks: Bool = false) -> Visit {
        Visit(isSent: false, reason: reason, sticks: sticks)
    }

    @Test func `a cookie that comes back is right, wherever its requests go`() throws {
        #expect(try judged("stickiness/cookie-returns", Self.history()).verdict == .pass)
        let moved = Self.history(page: Visit(sticks: false), foreign: Visit(sticks: false))
        #expect(try judged("stickiness/cookie-returns", moved).verdict == .pass)
    }

    static let reasons: [(CookieWithheld.Reason?, String, String)] = [
        (.secure, "SRV=1; Secure", "over plain http from lb.test:80"),
        (.domain, "SRV=1; Domain=x.example", "Domain=x.example is no domain of lb.test:80"),
        (.path, "SRV=1; Path=/deep", "Path=/deep does not cover"),
        (.path, "SRV=1", "missing Path"),
        (.sameSiteNoneNotSecure, "SRV=1; SameSite=None", "add Secure"),
        (.namePrefix, "SRV=1", "__Host-"), (.tooLarge, "SRV=1", "4096"), (.jarFull, "SRV=1", "as many cookies"),
        (.malformed, "SRV=1", "no cookie"), (nil, "SRV=1; Max-Age=0", "Max-Age"),
    ]

    @Test(arguments: reasons)
    func `one that never comes back is told with the attribute and what to set`(
        _ reason: CookieWithheld.Reason?, _ field: String, _ words: String
    ) throws {
        let result = try judged("stickiness/cookie-returns", Self.history(field, page: Self.lost(reason)))
        #expect(result.verdict == .fail)
        #expect(result.codes == [.cookieNotReturned])
        #expect(result.reason.contains("cookie SRV"), "\(result.reason)")
        #expect(result.reason.contains(words), "\(result.reason)")
    }

    @Test(arguments: [("SRV=1; SameSite=Lax", "SameSite=Lax"), ("SRV=1", "missing SameSite")])
    func `from a page of another site it is a warning`(_ field: String, _ words: String) throws {
        let result = try judged("stickiness/cookie-returns", Self.history(field, foreign: Self.lost(.sameSite)))
        #expect(result.verdict == .warning)
        #expect(result.codes == [.cookieNotReturnedCrossSite])
        #expect(result.reason.contains(words), "\(result.reason)")
        #expect(result.reason.contains("set SameSite=None; Secure"), "\(result.reason)")
    }

    @Test func `what fails on the same site is not told once more of another one`() throws {
        let both = Self.history(page: Self.lost(.domain), foreign: Self.lost(.domain))
        #expect(try judged("stickiness/cookie-returns", both).codes == [.cookieNotReturned])
    }

    @Test func `who sticks without it needs none`() throws {
        let sticks = Self.lost(.sameSite, sticks: true)
        let result = try judged("stickiness/cookie-returns", Self.history(page: sticks, foreign: sticks))
        #expect(result.verdict == .pass)
        #expect(result.reason.contains("stick without it"), "\(result.reason)")
    }

    @Test func `without a cookie of affinity there is no question`() throws {
        #expect(try judged("stickiness/cookie-returns", Self.history(nil)).verdict == .unsupported)
        let idle = Self.history(page: Self.lost(.secure), decides: false)
        #expect(try judged("stickiness/cookie-returns", idle).verdict == .unsupported)
    }

    @Test func `a first request that no node answered proves nothing`() throws {
        let unseen = JudgeHistory {
            $0.request("cookie-first", "GET", "/echo/info", session: "s/page", status: 503, executed: nil)
        }
        #expect(try judged("stickiness/cookie-returns", unseen.history).verdict == .inconclusive)
    }
}
