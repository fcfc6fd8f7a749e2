import SockJS
import Testing

@Suite struct `Session paths` {
    @Test(arguments: [
        ("/echo/000/abcdefgh/xhr", SessionPath(prefix: "/echo", server: "000", session: "abcdefgh", transport: .xhr)),
        ("/a/b/1/2/xhr_send/?t=5", SessionPath(prefix: "/a/b", server: "1", session: "2", transport: .xhrSend)),
        ("/s/s/websocket", SessionPath(prefix: "", server: "s", session: "s", transport: .websocket)),
        (
            "/e/a/abcdefgh_i-j%20/jsonp",
            SessionPath(prefix: "/e", server: "a", session: "abcdefgh_i-j%20", transport: .jsonp)
        ),
    ])
    func `are read from a target`(target: String, path: SessionPath) {
        #expect(SessionPath(parsing: target) == path)
        #expect(SessionPath(parsing: path.path) == path)
    }

    @Test(arguments: [
        "", "/", "/echo", "/echo/info", "/echo//s/xhr", "/echo/a.b/s/xhr", "/echo/a/s.x/xhr", "/echo/a//xhr",
        "/echo/a/s/other", "/echo/a/s/xhr//", "/echo/a/s/XHR", "a/s/xhr", "*", "/a/xhr",
    ])
    func `anything else is none`(target: String) { #expect(SessionPath(parsing: target) == nil) }

    @Test func `names are made from the generator alone`() {
        var one = Counter()
        var other = Counter()
        for _ in 0..<50 {
            let (server, session) = (SessionPath.randomServer(using: &one), SessionPath.randomSession(using: &one))
            #expect(server.count == 3 && server.allSatisfy(\.isNumber))
            #expect(session.count == 8 && session.allSatisfy { "abcdefghijklmnopqrstuvwxyz012345".contains($0) })
            #expect(server == SessionPath.randomServer(using: &other))
            #expect(session == SessionPath.randomSession(using: &other))
        }
    }

    @Test func `a session's letters are those that a choice at random would draw`() {
        var one = Counter()
        var other = Counter()
        for _ in 0..<50 {
            let letters = (0..<8).compactMap { _ in "abcdefghijklmnopqrstuvwxyz012345".randomElement(using: &other) }
            #expect(SessionPath.randomSession(using: &one) == String(letters))
        }
    }

    private struct Counter: RandomNumberGenerator {
        var state: UInt64 = 1
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 29
        }
    }
}
