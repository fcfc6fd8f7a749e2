import NIOHTTP1
import Testing
import Wire

@testable import StickyProxy

@Suite("The affinity cookie on answers")
struct AffinityCookieTests {
    typealias Cookie = Behavior.Affinity.Cookie

    /// What the fields are where the value is `v`.
    static func fields(_ change: (inout Cookie) -> Void) -> [String] {
        var cookie = Cookie()
        cookie.name = "LB"
        change(&cookie)
        var text: [UInt8] = []
        AffinityCookie(cookie).appendFields("v", to: &text)
        return String(decoding: text, as: UTF8.self).split(separator: "\r\n").map(String.init)
    }

    static let table: [(change: @Sendable (inout Cookie) -> Void, fields: [String])] = [
        ({ _ in }, ["Set-Cookie: LB=v; Path=/; HttpOnly; SameSite=Lax"]),
        (
            {
                ($0.path, $0.domain, $0.sameSite) = ("/app", "example.com", .strict)
                $0.isSecure = true
            }, ["Set-Cookie: LB=v; Path=/app; Domain=example.com; Secure; HttpOnly; SameSite=Strict"]
        ),
        (
            {
                ($0.path, $0.sameSite, $0.isHTTPOnly) = (nil, nil, false)
            }, ["Set-Cookie: LB=v"]
        ),
        ({ $0.expiry = .maxAge(.seconds(3600)) }, ["Set-Cookie: LB=v; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax"]),
        (
            { $0.twin = "LBCORS" },
            [
                "Set-Cookie: LB=v; Path=/; HttpOnly; SameSite=Lax",
                "Set-Cookie: LBCORS=v; Path=/; SameSite=None; Secure",
            ]
        ),
    ]

    @Test("its attributes are the knobs'", arguments: table.indices)
    func attributes(_ row: Int) { #expect(Self.fields(Self.table[row].change) == Self.table[row].fields) }

    @Test("it may expire at a moment, counted from the answer on")
    func expires() throws {
        let field = try #require(Self.fields { $0.expiry = .expires(.seconds(7 * 86_400)) }.first)
        let pattern = /Set-Cookie: LB=v; Expires=\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT; Path=\/; .*/
        #expect(field.wholeMatch(of: pattern) != nil, "\(field)")
    }

    /// Whether an answer with these fields carries the cookie.
    static func isCarried(_ status: Int, _ fields: HTTPHeaders = [:], _ change: (inout Cookie) -> Void) -> Bool {
        var cookie = Cookie()
        change(&cookie)
        let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: fields)
        return AffinityCookie(cookie).isCarried(by: .read(head))
    }

    @Test("which answers carry it")
    func carried() {
        for status in [101, 200, 302, 404, 500] { #expect(Self.isCarried(status) { _ in }) }
        #expect(!Self.isCarried(101) { $0.isOnUpgrade = false })
        #expect([404, 500].allSatisfy { status in !Self.isCarried(status) { $0.isOnErrors = false } })
        #expect(Self.isCarried(302) { $0.isOnErrors = false })
    }

    @Test("one that follows the application's comes with an answer that sets that one")
    func follows() {
        let follow: (inout Cookie) -> Void = { $0.follows = "JSESSIONID" }
        #expect(Self.isCarried(200, ["Set-Cookie": "JSESSIONID=x; Path=/"], follow))
        #expect(Self.isCarried(200, ["Set-Cookie": "a=b", "set-cookie": "JSESSIONID=x"], follow))
        for fields in [[:], ["Set-Cookie": "xJSESSIONID=x"], ["Set-Cookie": "JSESSIONID=; Max-Age=0"]] as [HTTPHeaders]
        {
            #expect(!Self.isCarried(200, fields, follow))
        }
    }
}

@Suite("Where requests show the key of affinity")
struct KeySourceTests {
    static let rules: [(rule: Behavior.Affinity.Rule, key: String?)] = [
        (.cookie(.init()), "own"), (.table(of: .cookie(.init()), capacity: 1), "own"),
        (.hash(of: .cookieNamed("app")), "theirs"), (.learned(cookie: "app", capacity: 1), "theirs"),
        (.hash(of: .header("X-User")), "u"), (.header("x-USER"), "u"), (.hash(of: .session), "sess"),
        (.table(of: .session, capacity: 1), "sess"), (.hash(of: .serverSegment), "042"), (.hash(of: .address), nil),
        (.none, nil), (.cookie(twinned), "twin"),
    ]

    static let twinned: Behavior.Affinity.Cookie = {
        var cookie = Behavior.Affinity.Cookie()
        (cookie.name, cookie.twin) = ("absent", "other")
        return cookie
    }()

    @Test(arguments: rules.indices)
    func key(_ row: Int) {
        let (rule, expected) = Self.rules[row]
        var request = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/sockjs/042/sess/xhr?x")
        request.headers = ["Host": "a", "Cookie": "sticklersrv=own; app=theirs; other=twin", "x-user": "u"]
        let facts = RequestFacts(
            .read(request), under: RequestRules(Behavior.reference.with { $0.affinity.rule = rule }))
        #expect(facts.keys.first == expected.map { $0[...] })
    }

    /// What a client sends that holds several cookies of one name, or its twin too, and the keys that are read of it.
    static let several: [(cookies: [String], keys: [String])] = [
        (["sticklersrv=old; sticklersrv=own"], ["old", "own"]),
        (["sticklersrv=old; app=x", "sticklersrv=own"], ["old", "own"]),
        (["twin=t; sticklersrv=own"], ["own", "t"]), (["twin=t"], ["t"]),
        (["sticklersrv=\(String(repeating: "x", count: 1_025)); sticklersrv=own"], ["own"]),
        ([(1...20).map { "sticklersrv=\($0)" }.joined(separator: "; ")], (1...KeySource.mostKeys).map { "\($0)" }),
    ]

    @Test("all cookies of its name are keys, in their order, up to a limit", arguments: several.indices)
    func keysOfSeveralCookies(_ row: Int) {
        var cookie = Behavior.Affinity.Cookie()
        cookie.twin = "twin"
        var request = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/", headers: ["Host": "a"])
        for field in Self.several[row].cookies { request.headers.add(name: "Cookie", value: field) }
        let rules = RequestRules(Behavior.reference.with { $0.affinity.rule = .cookie(cookie) })
        let keys = RequestFacts(.read(request), under: rules).keys
        #expect(([keys.first].compactMap { $0 } + keys.others).map(String.init) == Self.several[row].keys)
    }

    @Test("a key that is too long to remember is none")
    func long() {
        for (length, isKept) in [(1_024, true), (1_025, false)] {
            let value = String(repeating: "x", count: length)
            let request = HTTPRequestHead(
                version: .http1_1, method: .GET, uri: "/", headers: ["Host": "a", "X-User": value])
            let rules = RequestRules(Behavior.reference.with { $0.affinity.rule = .hash(of: .header("x-user")) })
            #expect((RequestFacts(.read(request), under: rules).keys.first != nil) == isKept)
        }
    }
}
