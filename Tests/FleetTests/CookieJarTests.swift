import Testing

@testable import Fleet

@Suite("A cookie jar follows RFC 6265")
struct CookieJarTests {
    /// 2023-11-14T22:13:20Z
    static let now: Int64 = 1_700_000_000

    static func jar(_ fields: [String], from path: String = "/a/b", of host: String = "127.0.0.1") -> CookieJar {
        var jar = CookieJar(host: CookieHost(host))
        for field in fields { jar.store(setCookie: field, requestPath: path, now: now) }
        return jar
    }

    @Test(
        "A Set-Cookie field is stored as name, value and path",
        arguments: [
            ("SRV=n1", "SRV", "n1", "/a"),
            ("SRV=n1; Path=/", "SRV", "n1", "/"),
            ("SRV=n1;path=/x/y;HttpOnly;SameSite=Lax", "SRV", "n1", "/x/y"),
            ("SRV=n1; Path=", "SRV", "n1", "/a"),
            ("SRV=n1; Path=relative", "SRV", "n1", "/a"),
            ("SRV=n1; Path=/x; Path=/y", "SRV", "n1", "/y"),
            ("SRV=n1; Path=/x; Path=", "SRV", "n1", "/a"),
            (" SRV \t=  n 1  ; Path=/", "SRV", "n 1", "/"),
            ("SRV=", "SRV", "", "/a"),
            ("SRV=a=b==", "SRV", "a=b==", "/a"),
            ("SRV=\"quoted\"", "SRV", "\"quoted\"", "/a"),
            ("SRV=n1; =Secure", "SRV", "n1", "/a"),
            ("SRV=n1;;; ;Path=/", "SRV", "n1", "/"),
        ])
    func stored(_ field: String, _ name: String, _ value: String, _ path: String) {
        #expect(Self.jar([field]).cookies == [.init(name: name, value: value, path: path)])
    }

    @Test(
        "Fields that are no cookie for us are passed over",
        arguments: [
            "", "SRV", "=n1", "  =n1", ";SRV=n1", "SRV=n1; Max-Age=0",
        ])
    func refused(_ field: String) {
        #expect(Self.jar([field]).cookies.isEmpty)
    }

    @Test(
        "A cookie lives or dies by Max-Age, else by Expires",
        arguments: [
            ("Max-Age=60", true), ("Max-Age=0", false), ("Max-Age=-1", false), ("Max-Age=000", false),
            ("Max-Age=99999999999999999999", true), ("Max-Age=-99999999999999999999", false),
            ("Max-Age=soon", true), ("Max-Age=", true), ("Max-Age=-", true), ("Max-Age=--1", true),
            ("Expires=Thu, 01-Jan-1970 00:00:01 GMT", false), ("Expires=Wed, 15 Nov 2023 00:00:00 GMT", true),
            ("Expires=Tue, 14 Nov 2023 22:13:20 GMT", false), ("Expires=Tue, 14 Nov 2023 22:13:21 GMT", true),
            ("Expires=Mon, 01 Jan 1990 00:00:00 GMT", false), ("Expires=0", true), ("Expires=never", true),
            ("Max-Age=60; Expires=Thu, 01-Jan-1970 00:00:01 GMT", true),
            ("Expires=Thu, 01-Jan-1970 00:00:01 GMT; Max-Age=60", true),
            ("Max-Age=0; Expires=Wed, 15 Nov 2023 00:00:00 GMT", false),
            ("Max-Age=soon; Expires=Thu, 01-Jan-1970 00:00:01 GMT", false),
        ])
    func expiry(_ attributes: String, lives: Bool) {
        #expect(Self.jar(["SRV=old", "SRV=new; \(attributes)"]).cookies.map(\.value) == (lives ? ["new"] : []))
    }

    @Test("A cookie of the same name and path is replaced in its place; one of another path stands beside it")
    func replacement() {
        let jar = Self.jar(["a=1; Path=/", "b=2; Path=/", "a=3; Path=/", "a=4; Path=/x"])
        #expect(jar.field(forTarget: "/") == "a=3; b=2")
        #expect(jar.field(forTarget: "/x/y") == "a=4; a=3; b=2")
    }

    @Test("Names are told apart by case")
    func caseOfNames() {
        #expect(Self.jar(["a=1; Path=/", "A=2; Path=/"]).field(forTarget: "/") == "a=1; A=2")
    }

    @Test(
        "A cookie goes to its path and below, not to names that begin like it",
        arguments: [
            ("/", "/", true), ("/", "/x", true), ("/x", "/x", true), ("/x", "/x/", true), ("/x", "/x/y?z=/q", true),
            ("/x/", "/x/y", true), ("/x/", "/x", false), ("/x", "/xy", false), ("/x", "/", false),
            ("/x", "/y/x", false),
            ("/x", "/?/x", false),
        ])
    func paths(_ cookiePath: String, _ target: String, matches: Bool) {
        #expect((Self.jar(["a=1; Path=\(cookiePath)"]).field(forTarget: target) != nil) == matches)
    }

    @Test(
        "Without a Path the directory of the request's target counts",
        arguments: [
            ("/", "/"), ("/x", "/"), ("/x/", "/x"), ("/x/y", "/x"), ("/x/y?q=/z/w", "/x"), ("", "/"),
            ("nonsense/x", "/"),
        ])
    func defaultPath(_ requestPath: String, _ path: String) {
        #expect(Self.jar(["a=1"], from: requestPath).cookies.map(\.path) == [path])
    }

    @Test("A jar is bounded; what it holds can still be replaced and deleted")
    func bound() {
        var jar = Self.jar((0..<300).map { "c\($0)=1; Path=/" })
        #expect(jar.cookies.count == CookieJar.limit)
        jar.store(setCookie: "c5=2; Path=/", requestPath: "/", now: Self.now)
        jar.store(setCookie: "c6=; Path=/; Max-Age=0", requestPath: "/", now: Self.now)
        #expect(jar.cookies.contains(.init(name: "c5", value: "2", path: "/")))
        #expect(jar.cookies.count == CookieJar.limit - 1)
    }

    @Test("A planted cookie takes the place of all of its name")
    func plant() {
        var jar = Self.jar(["a=1; Path=/", "a=2; Path=/x", "b=3; Path=/"])
        jar.plant(name: "a", value: "forged")
        #expect(jar.field(forTarget: "/x") == "b=3; a=forged")
    }

    @Test("An empty jar sends no field")
    func empty() { #expect(Self.jar([]).field(forTarget: "/") == nil) }
}

@Suite("Dates of Expires are read in every notation servers use")
struct CookieDateTests {
    @Test(
        "Date",
        arguments: [
            ("Tue, 14 Nov 2023 22:13:20 GMT", 1_700_000_000), ("Tuesday, 14-Nov-23 22:13:20 GMT", 1_700_000_000),
            ("Tue Nov 14 22:13:20 2023", 1_700_000_000), ("14 november 2023 22:13:20", 1_700_000_000),
            ("2023 Nov 14 22:13:20", 1_700_000_000), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Thu, 01 Jan 1970 0:0:1 GMT", 1), ("Thu, 29 Feb 2024 00:00:00 GMT", 1_709_164_800),
            ("Fri, 31 Dec 1999 23:59:59 GMT", 946_684_799), ("Sat, 01 Jan 69 00:00:00 GMT", 3_124_224_000),
            ("Thu, 01 Jan 70 00:00:00 GMT", 0), ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799),
        ] as [(String, Int64)])
    func dates(_ text: String, _ seconds: Int64) {
        #expect(CookieDate.seconds(text) == seconds)
    }

    @Test(
        "No date",
        arguments: [
            "", "0", "-1", "never", "14 Nov 2023", "22:13:20", "32 Nov 2023 22:13:20", "0 Nov 2023 22:13:20",
            "14 Nov 1600 22:13:20", "14 Nov 2023 24:00:00", "14 Nov 2023 22:60:00", "14 Nov 2023 22:13",
            "14 Brumaire 2 1:2:3",
            "99999999999999999999 Nov 99999999999999999999 1:2:3",
        ])
    func noDates(_ text: String) {
        #expect(CookieDate.seconds(text) == nil)
    }
}
