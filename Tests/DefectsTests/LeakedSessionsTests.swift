import NIOHTTP1
import StickyProxy
import Testing

@testable import Defects

struct LeakedSessionsTests {
    private static func request(_ session: String, _ transport: String) -> HTTPRequestHead {
        HTTPRequestHead(version: .http1_1, method: .POST, uri: "/app/echo/042/\(session)/\(transport)?t=1")
    }

    private static func leads(_ leak: LeakedSessions, _ session: String, _ transports: String...) -> [Bool] {
        transports.map { leak.leadsAstray(request(session, $0)) }
    }

    @Test func `all requests of a drawn session go astray but the first`() throws {
        let lottery = try DamageLotteryTests.lottery(oneIn: 1)
        let leak = LeakedSessions(lottery: lottery)
        #expect(Self.leads(leak, "one", "xhr", "xhr_send", "xhr") == [false, true, true])
        #expect(Self.leads(leak, "two", "xhr_streaming", "xhr_send") == [false, true])
        #expect(lottery.tally == DamageTally(units: 2, damaged: 2))
    }

    @Test func `a session is damaged only when something goes astray`() throws {
        let lottery = try DamageLotteryTests.lottery(oneIn: 1)
        let leak = LeakedSessions(lottery: lottery)
        #expect(Self.leads(leak, "one", "eventsource") == [false])
        #expect(lottery.tally == DamageTally(units: 1, damaged: 0))
    }

    @Test func `other requests are no session's, and a WebSocket is none that can leave its node`() throws {
        let lottery = try DamageLotteryTests.lottery(oneIn: 1)
        let leak = LeakedSessions(lottery: lottery)
        #expect(Self.leads(leak, "ws", "websocket", "websocket") == [false, false])
        #expect(Self.leads(leak, "lost", "xhr_send", "jsonp_send") == [false, false])
        for uri in ["/app/echo/info", "/", "/app/echo/042/a.b/xhr"] {
            let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: uri)
            #expect(!leak.leadsAstray(head) && !leak.leadsAstray(head))
        }
        #expect(lottery.tally == DamageTally(units: 0, damaged: 0))
    }

    @Test func `one session in so many leaks, as drawn`() throws {
        let (lottery, oracle) = try (DamageLotteryTests.lottery(oneIn: 50), DamageLotteryTests.lottery(oneIn: 50))
        let leak = LeakedSessions(lottery: lottery)
        for number in 0..<1_000 {
            let isDrawn = oracle.damages()
            #expect(Self.leads(leak, "s\(number)", "xhr", "xhr", "xhr_send") == [false, isDrawn, isDrawn])
        }
        #expect(lottery.tally == oracle.tally)
        #expect(lottery.tally.damaged > 5)
    }
}
