import History
import Testing

@testable import Fleet

/// What browsers do with `Domain`, `Secure`, `SameSite` and name prefixes; all of it over plain http.
@Suite("A cookie jar withholds what browsers withhold")
struct BrowserCookieTests {
    /// What becomes of a `Set-Cookie` field of a host.
    struct Vector: Sendable, CustomTestStringConvertible {
        var section: String
        var host: String
        var field: String
        /// Whether a page of another site asked.
        var isCrossSite = false
        var reason: CookieWithheld.Reason?

        init(
            _ section: String, _ host: String, _ field: String, crossSite: Bool = false,
            _ reason: CookieWithheld.Reason? = nil
        ) {
            (self.section, self.host, self.field, isCrossSite, self.reason) = (section, host, field, crossSite, reason)
        }

        var testDescription: String { "\(section): \(field) of \(host)\(isCrossSite ? ", cross-site" : "")" }
    }

    static let vectors: [Vector] = [
        // RFC 6265 §5.1.3 and §5.3 steps 5 and 6: Domain.
        Vector("§5.3", "app.example.com", "a=1; Domain=example.com"),
        Vector("§5.3", "app.example.com", "a=1; Domain=.EXAMPLE.com"),
        Vector("§5.3", "app.example.com:8080", "a=1; Domain=app.example.com"),
        Vector("§5.3", "app.example.com", "a=1; Domain="),
        Vector("§5.3", "app.example.com", "a=1; Domain=."),
        Vector("§5.3", "app.example.com", "a=1; Domain=other.example", .domain),
        Vector("§5.3", "app.example.com", "a=1; Domain=x.app.example.com", .domain),
        Vector("§5.3", "badexample.com", "a=1; Domain=example.com", .domain),
        Vector("§5.3", "app.example.com", "a=1; Domain=com", .domain),
        Vector("§5.3", "app.example.com", "a=1; Domain=..example.com", .domain),
        Vector("§5.3", "app.example.com", "a=1; Domain=other.example; Domain=example.com"),
        Vector("§5.3", "localhost:80", "a=1; Domain=localhost"),
        Vector("§5.1.3", "127.0.0.1:8080", "a=1; Domain=127.0.0.1"),
        Vector("§5.1.3", "127.0.0.1", "a=1; Domain=0.0.1", .domain),
        Vector("§5.1.3", "127.0.0.1", "a=1; Domain=app.example.com", .domain),
        Vector("§5.1.3", "[::1]:8080", "a=1; Domain=::1"),
        // RFC 6265 §5.4 step 1, and what Chromium and Firefox make of loopback: Secure.
        Vector("Secure", "127.0.0.1:8080", "a=1; Secure"),
        Vector("Secure", "127.99.1.2", "a=1; Secure"),
        Vector("Secure", "localhost", "a=1; secure"),
        Vector("Secure", "LOCALHOST.:1", "a=1; Secure"),
        Vector("Secure", "app.localhost:8080", "a=1; Secure=no"),
        Vector("Secure", "[::1]", "a=1; Secure"),
        Vector("Secure", "[::ffff:127.0.0.1]:80", "a=1; Secure"),
        Vector("Secure", "128.0.0.1", "a=1; Secure", .secure),
        Vector("Secure", "10.0.0.1:80", "a=1; Secure", .secure),
        Vector("Secure", "[::2]:80", "a=1; Secure", .secure),
        Vector("Secure", "app.example.com", "a=1; SECURE=", .secure),
        Vector("Secure", "127.0.0.1.example.com", "a=1; Secure", .secure),
        Vector("Secure", "notlocalhost", "a=1; Secure", .secure),
        Vector("Secure", "app.example.com", "a=1; Secure; SameSite=None", .secure),
        // 6265bis §5.6.7 and §5.7: SameSite.
        Vector("bis §5.7", "127.0.0.1", "a=1; SameSite=None; Secure"),
        Vector("bis §5.7", "127.0.0.1", "a=1; SameSite=None", .sameSiteNoneNotSecure),
        Vector("bis §5.7", "127.0.0.1", "a=1; SameSite=Strict"),
        Vector("bis §5.7", "127.0.0.1", "a=1; SameSite=none; Secure", crossSite: true),
        Vector("bis §5.7", "127.0.0.1", "a=1; SameSite=None", crossSite: true, .sameSiteNoneNotSecure),
        Vector("bis §5.7", "127.0.0.1", "a=1; SameSite=Lax; Secure", crossSite: true, .sameSite),
        Vector("bis §5.7", "127.0.0.1", "a=1; SameSite=Strict; Secure", crossSite: true, .sameSite),
        Vector("bis §5.7", "127.0.0.1", "a=1; SameSite=Maybe; Secure", crossSite: true, .sameSite),
        Vector("bis §5.7", "127.0.0.1", "a=1; Secure", crossSite: true, .sameSite),
        Vector("bis §5.7", "127.0.0.1", "a=1; SameSite=None; SameSite=Lax; Secure", crossSite: true, .sameSite),
        // 6265bis §4.1.3: name prefixes.
        Vector("bis §4.1.3", "localhost", "__Secure-a=1; Secure"),
        Vector("bis §4.1.3", "localhost", "__Secure-a=1", .namePrefix),
        Vector("bis §4.1.3", "localhost", "__Host-a=1; Secure; Path=/"),
        Vector("bis §4.1.3", "localhost", "__host-a=1; Secure; Path=/x", .namePrefix),
        Vector("bis §4.1.3", "localhost", "__Host-a=1; Secure", .namePrefix),
        Vector("bis §4.1.3", "localhost", "__Host-a=1; Secure; Path=/; Domain=localhost", .namePrefix),
        // RFC 6265 §5.2: what is no cookie.
        Vector("§5.2", "localhost", "a", .malformed),
        Vector("§5.2", "localhost", "=1", .malformed),
        Vector("§5.2", "localhost", "a=\u{1}", .malformed),
        // 6265bis §5.6: an attribute that is too long does not count.
        Vector("bis §5.6", "localhost", "a=1; Domain=\(String(repeating: "x", count: 1_025))"),
        Vector("bis §5.6", "localhost", "a=1; Domain=\(String(repeating: "x", count: 1_024))", .domain),
    ]

    @Test("Set-Cookie", arguments: vectors)
    func stores(_ vector: Vector) {
        var jar = CookieJar(host: CookieHost(vector.host))
        let reason = jar.store(
            setCookie: vector.field, requestPath: "/", isCrossSite: vector.isCrossSite, now: CookieJarTests.now)
        #expect(reason == vector.reason)
        #expect(jar.cookies.isEmpty == (vector.reason != nil))
        let sent = jar.field(forTarget: "/", isCrossSite: vector.isCrossSite)
        #expect((sent != nil) == (vector.reason == nil))
    }

    @Test("A cookie of the host and one of its Domain stand beside each other")
    func domainIsPartOfTheName() {
        let fields = ["a=1; Path=/", "a=2; Path=/; Domain=example.com", "a=3; Path=/; Domain=EXAMPLE.com"]
        #expect(CookieJarTests.jar(fields, of: "app.example.com").field(forTarget: "/") == "a=1; a=3")
    }

    @Test("What a request leaves behind has its reason")
    func withheld() {
        let fields = [
            "lax=1; Path=/", "none=1; Path=/; SameSite=None; Secure", "deep=1; Path=/x; SameSite=None; Secure",
        ]
        let jar = CookieJarTests.jar(fields)
        func reasons(_ target: String, crossSite: Bool) -> [String] {
            jar.withheld(fromTarget: target, isCrossSite: crossSite).map { "\($0.name) \($0.reason.rawValue)" }
        }
        #expect(jar.field(forTarget: "/x", isCrossSite: true) == "deep=1; none=1")
        #expect(reasons("/x", crossSite: true) == ["lax same-site"])
        #expect(reasons("/xy", crossSite: true) == ["lax same-site", "deep path"])
        #expect(reasons("/", crossSite: false) == ["deep path"])
        #expect(reasons("/x/y?z", crossSite: false).isEmpty)
    }

    @Test("A full jar says so")
    func full() {
        var jar = CookieJarTests.jar((0..<CookieJar.limit).map { "c\($0)=1; Path=/" })
        #expect(jar.store(setCookie: "new=1", requestPath: "/", now: 0) == .jarFull)
        #expect(jar.store(setCookie: "c1=2; Path=/", requestPath: "/", now: 0) == nil)
    }

    @Test("A client records what its browser withholds", .timeLimit(.minutes(1)))
    func recorded() async throws {
        let first = AnsweringServer.Answer.http(
            200, "", "Set-Cookie: a=1; Domain=other.example\r\nSet-Cookie: b=1; Path=/deep\r\nSet-Cookie: c=1\r\n")
        try await AnsweringServer.running([first, .http(200, "")]) { server, client, recorder async throws in
            await client.request("GET", "/", RequestPlan(label: RequestLabel("x"), limit: .seconds(20)))
            await client.request("GET", "/x", RequestPlan(label: RequestLabel("x"), limit: .seconds(20)))
            let withheld = recorder.history.events.compactMap { event -> String? in
                guard case .cookieWithheld(let cookie) = event.kind else { return nil }
                return "\(cookie.requestID.suffix(2)) \(cookie.name) \(cookie.reason.rawValue)"
            }
            #expect(withheld == ["r1 a domain", "r2 b path"])
            #expect(server.requests.last?.contains("\r\nCookie: c=1\r\n") == true)
        }
    }
}
