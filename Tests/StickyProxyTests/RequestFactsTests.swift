import NIOHTTP1
import Testing
import Wire

@testable import StickyProxy

@Suite("What a request says")
struct RequestFactsTests {
    /// The head of a GET.
    func head(_ headers: HTTPHeaders, target: String = "/") -> RequestHead {
        .read(HTTPRequestHead(version: .http1_1, method: .GET, uri: target, headers: headers))
    }

    @Test(
        "the session of a SockJS session URL",
        arguments: [
            ("/sockjs/000/abc/xhr", "abc"), ("/sockjs/1/s_-1/websocket", "s_-1"), ("/a/b/0/abc/jsonp_send", "abc"),
            ("/sockjs/000/abc/xhr_streaming", "abc"), ("/sockjs/000/abc/other", nil), ("/sockjs/abc/xhr", nil),
            ("/sockjs/0.0/abc/xhr", nil), ("/sockjs/000/a.c/xhr", nil), ("/sockjs/000//xhr", nil),
            ("/sockjs/info", nil), ("/sockjs/websocket", nil), ("", nil), ("/", nil), ("/////", nil),
            ("/sockjs/000/abc/xhr/", nil), ("/sockjs/000/" + String(repeating: "x", count: 129) + "/xhr", nil),
        ] as [(String, String?)])
    func session(_ path: String, _ expected: String?) {
        #expect(SessionURL(path: path[...])?.session == expected.map { $0[...] })
    }

    @Test(
        "the path of a target",
        arguments: [
            ("/a/b?c=/d", "/a/b"), ("http://host:1/a?b", "/a"), ("http://host", ""), ("*", "*"), ("", ""), ("/#f", "/"),
            ("/x://y", "/x://y"),
        ])
    func path(_ target: String, _ expected: String) {
        #expect(RequestFacts.path(of: target) == expected[...])
    }

    @Test(
        "the affinity cookie among others",
        arguments: [
            (["sticklersrv=x"], "x"), (["a=1; sticklersrv=x; b=2"], "x"), (["a=1;sticklersrv=x"], "x"),
            (["a=1", "sticklersrv=x"], "x"), (["sticklersrv=\"x\""], "x"), (["sticklersrv=x; sticklersrv=y"], "x"),
            (["sticklersrv="], ""), (["xsticklersrv=x"], nil), (["STICKLERSRV=x"], nil), (["sticklersrv"], nil),
            (["a=b=sticklersrv=x"], nil), ([], nil), ([";;=;"], nil), (["sticklersrv=\""], "\""),
        ] as [([String], String?)])
    func cookie(_ fields: [String], _ expected: String?) {
        let head = head(HTTPHeaders(fields.map { ("Cookie", $0) }))
        #expect(CookieField.value(of: "sticklersrv", in: head) == expected.map { $0[...] })
    }

    @Test(
        "an upgrade is a token of a list, in any case",
        arguments: [
            ("websocket", ["Upgrade"], true, true), ("WebSocket", ["upgrade"], true, true),
            ("websocket", ["keep-alive, Upgrade"], true, false), ("websocket", ["UPGRADE,keep-alive"], true, false),
            ("websocket", ["keep-alive", "Upgrade"], true, false), ("h2c, websocket", ["Upgrade"], true, true),
            ("h2c", ["Upgrade"], false, false), ("websocket", ["keep-alive"], false, false),
            ("websocket", [], false, false), ("websocketx", ["Upgrade"], false, false),
            ("websocket", ["upgraded"], false, false),
        ])
    func upgrade(_ upgrade: String, _ connection: [String], _ byToken: Bool, _ byWhole: Bool) {
        var headers: HTTPHeaders = ["Upgrade": upgrade]
        for field in connection { headers.add(name: "Connection", value: field) }
        #expect(UpgradeField.asksForWebSocket(head(headers), connection: .token) == byToken)
        #expect(UpgradeField.asksForWebSocket(head(headers), connection: .wholeValue) == byWhole)
    }

    @Test(
        "only a GET without body over HTTP/1.1 leaves HTTP",
        arguments: [
            (HTTPMethod.GET, HTTPVersion.http1_1, "0", true), (.GET, .http1_1, "5", false),
            (.POST, .http1_1, "0", false), (.GET, .http1_0, "0", false),
        ])
    func leavesHTTP(_ method: HTTPMethod, _ version: HTTPVersion, _ length: String, _ expected: Bool) {
        let headers: HTTPHeaders = ["Upgrade": "websocket", "Connection": "Upgrade", "Content-Length": length]
        let request = HTTPRequestHead(version: version, method: method, uri: "/", headers: headers)
        #expect(RequestFacts(.read(request), under: RequestRules(.reference)).upgrades == expected)
    }

    @Test("fields of one hop are taken out, those that Connection names too, but nothing essential")
    func hopByHop() {
        let headers: HTTPHeaders = [
            "Connection": "keep-alive, X-Drop, Host, content-length", "Keep-Alive": "timeout=5", "X-Drop": "1",
            "TE": "trailers", "Upgrade": "h2c", "Proxy-Connection": "keep-alive", "Host": "h", "Content-Length": "3",
            "X-Keep": "2",
        ]
        var text: [UInt8] = []
        head(headers).appendFields(to: &text, without: ForwardedFields.dropped(from: head(headers)))
        #expect(String(decoding: text, as: UTF8.self) == "Host: h\r\nContent-Length: 3\r\nX-Keep: 2\r\n")
    }

    @Test("as many fields as Connection names are taken out, whatever their case")
    func manyNamed() {
        let names = (0..<100).map { "X-Named-\($0)" }
        var headers = HTTPHeaders(names.map { ($0, "1") })
        headers.add(name: "X-Keep", value: "2")
        headers.add(name: "Connection", value: names.map { $0.lowercased() }.joined(separator: ","))
        var text: [UInt8] = []
        head(headers).appendFields(to: &text, without: ForwardedFields.dropped(from: head(headers)))
        #expect(String(decoding: text, as: UTF8.self) == "X-Keep: 2\r\n")
    }

    @Test("the proxy owns X-Forwarded-*: a forged one doesn't reach the node")
    func forwarded() {
        let head = HTTPRequestHead(
            version: .http1_1, method: .GET, uri: "/",
            headers: [
                "Host": "shop.test", "X-Forwarded-For": "9.9.9.9", "x-forwarded-proto": "https",
                "Forwarded": "for=9.9.9.9",
            ])
        let request = ForwardedRequest(
            head: .read(head), upgrades: false, client: Endpoint(host: "127.0.0.7", port: 5),
            listen: Endpoint(host: "127.0.0.1", port: 8080))
        let sent = HTTPRequestHead(request, under: RequestRules(.reference))
        #expect(sent.headers["x-forwarded-for"] == ["127.0.0.7"])
        #expect(sent.headers["x-forwarded-proto"] == ["http"])
        #expect(sent.headers["x-forwarded-host"] == ["shop.test"])
        #expect(sent.headers["x-forwarded-port"] == ["8080"])
        #expect(!sent.headers.contains(name: "forwarded"))
        #expect(sent.headers["host"] == ["shop.test"])
    }

    /// A request from 127.0.0.7 as the node at 127.0.0.3:80 gets it.
    func sent(
        _ target: String = "/", _ headers: HTTPHeaders = [:], _ change: (inout Behavior) -> Void
    ) -> HTTPRequestHead {
        let request = ForwardedRequest(
            head: head(headers, target: target), upgrades: false, client: Endpoint(host: "127.0.0.7", port: 5),
            listen: Endpoint(host: "127.0.0.1", port: 8080), node: Endpoint(host: "127.0.0.3", port: 80))
        return HTTPRequestHead(request, under: RequestRules(Behavior.reference.with(change)))
    }

    @Test(
        "X-Forwarded-For is replaced, appended to or kept",
        arguments: [
            (Behavior.Headers.ForwardedFor.replaced, ["9.9.9.9"], "127.0.0.7"),
            (.appended, ["9.9.9.9"], "9.9.9.9, 127.0.0.7"),
            (.appended, ["9.9.9.9, 8.8.8.8", "7.7.7.7"], "9.9.9.9, 8.8.8.8, 7.7.7.7, 127.0.0.7"),
            (.appended, [], "127.0.0.7"),
            (.keptIfPresent, ["9.9.9.9"], "9.9.9.9"),
            (.keptIfPresent, [], "127.0.0.7"),
        ])
    func forwardedFor(_ rule: Behavior.Headers.ForwardedFor, _ given: [String], _ expected: String) {
        let fields = HTTPHeaders(given.map { ("X-Forwarded-For", $0) })
        let sent = sent("/", fields) { $0.headers.forwardedFor = rule }
        #expect(sent.headers["x-forwarded-for"] == [expected])
    }

    @Test("Host is kept, or becomes the node's address", arguments: [false, true])
    func host(_ isReplaced: Bool) {
        let sent = sent("/", ["Host": "shop.test"]) { $0.headers.host = isReplaced ? .nodeAddress : .kept }
        #expect(sent.headers["host"] == [isReplaced ? "127.0.0.3:80" : "shop.test"])
        #expect(sent.headers["x-forwarded-host"] == ["shop.test"])
    }

    @Test(
        "a prefix is taken off what is below it, and off nothing else",
        arguments: [
            ("/app/sockjs/info?x=/app/", "/sockjs/info?x=/app/"), ("/app/", "/"), ("/app", "/app"),
            ("/apple/x", "/apple/x"), ("/x/app/y", "/x/app/y"), ("/app/app/y", "/app/y"),
        ])
    func stripped(_ target: String, _ expected: String) {
        #expect(sent(target) { $0.requests.strippedPrefix = "/app" }.uri == expected)
        #expect(sent(target) { _ in }.uri == target)
    }
}
