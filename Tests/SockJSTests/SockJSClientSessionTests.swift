import Clocks
import SockJS
import Testing

@Suite struct `A client's session` {
    typealias Action = SockJSClientSession.Action
    static let now = MonotonicClock.now

    /// One that has begun, for tests that answer it by hand.
    static func begun(
        _ ladder: [ClientTransport], info: String = #"{"websocket":true}"#, pace: SockJSClientSession.Pace = .continuous
    ) -> (session: SockJSClientSession, actions: [Action]) {
        var session = SockJSClientSession(
            .init(options: ClientOptions(ladder: ladder), service: "/s", host: "here:1", pace: pace),
            names: SystemRandomNumberGenerator(), marks: MarkGenerator(using: SystemRandomNumberGenerator()))
        _ = session.start(now: now)
        _ = session.responded(request: 1, status: 200, now: now)
        _ = session.received(info.utf8, request: 1, now: now)
        let actions = session.completed(request: 1, now: now)
        return (session, actions)
    }

    static func request(_ actions: [Action]) -> SockJSClientSession.Request? {
        for case .request(let request) in actions { return request }
        return nil
    }

    @Test func `is a value: what happens to a copy does not change the other`() throws {
        var (session, actions) = Self.begun([.xhrPolling])
        let poll = try #require(Self.request(actions))
        _ = session.responded(request: poll.id, status: 200, now: Self.now)
        var copy = session
        #expect(copy.received("o\n".utf8, request: poll.id, now: Self.now).contains(.event(.opened(.xhrPolling))))
        #expect(copy.transport == .xhrPolling)
        #expect(session.transport == nil)
        #expect(session.received("x\n".utf8, request: poll.id, now: Self.now) != [])
        _ = copy.completed(request: poll.id, now: Self.now)
        #expect(copy.close().contains(.event(.ended(.normal))))
        #expect(!session.isEnded)
    }

    @Test(arguments: ClientTransport.allCases) func `opens on every transport and carries messages both ways`(
        transport: ClientTransport
    ) throws {
        var client = ClientInMemory(ladder: [transport])
        client.act { $0.start(now: $1) }
        #expect(client.story == [.attempted(transport, nil), .opened(transport)])
        for text in ["one", "\u{2028}é\"", "three"] {
            try client.act { try $0.send(SockJSMessage(text), now: $1) }
            client.advance(by: 30)
        }
        #expect(client.messages == ["one", "\u{2028}é\"", "three"])
        #expect(!client.session.isEnded)
    }

    @Test(arguments: [ClientInMemory.Upgrade.refused, .unanswered])
    func `falls back to the next rung when a WebSocket does not open`(upgrade: ClientInMemory.Upgrade) {
        var client = ClientInMemory(ladder: [.websocket, .xhrStreaming], upgrade: upgrade)
        client.act { $0.start(now: $1) }
        client.advance(by: 1000)
        let end = upgrade == .refused ? SessionEnd(code: 1006, reason: "refused") : .transportTimedOut
        #expect(
            client.story == [.attempted(.websocket, end), .attempted(.xhrStreaming, nil), .opened(.xhrStreaming)])
        #expect(client.done == (upgrade == .refused ? [] : ["cut WebSocket"]))
    }

    @Test func `does not try a WebSocket where info says that there is none`() {
        var client = ClientInMemory("/disabled_websocket_echo", ladder: [.websocket, .xhrPolling])
        client.act { $0.start(now: $1) }
        #expect(client.story == [.attempted(.xhrPolling, nil), .opened(.xhrPolling)])
    }

    @Test func `fails without info`() {
        var client = ClientInMemory("/nowhere", ladder: [.websocket, .xhrPolling])
        client.act { $0.start(now: $1) }
        #expect(client.story == [.failed(.cannotConnect)])
        #expect(client.session.wakeAt == nil)
    }

    @Test(arguments: ClientTransport.allCases) func `ends when the server closes it`(transport: ClientTransport) {
        var client = ClientInMemory("/close", ladder: [transport])
        client.act { $0.start(now: $1) }
        client.advance(by: 10)
        let end = SessionEnd(code: 3000, reason: "Go away!", isByServer: true)
        #expect(client.story.last == .ended(end))
        #expect(client.session.isEnded && client.session.wakeAt == nil)
    }

    @Test(arguments: [
        (ClientTransport.websocket, ["close WebSocket"]), (.xhrStreaming, ["abort"]), (.xhrPolling, ["abort"]),
    ])
    func `ends when the client closes it, and cuts what is under way`(transport: ClientTransport, done: [String]) {
        var client = ClientInMemory(ladder: [transport])
        client.act { $0.start(now: $1) }
        client.act { session, _ in session.close() }
        #expect(client.story.last == .ended(.normal))
        #expect(client.done == done)
        client.act { session, _ in session.close() }
        #expect(client.story.count(where: { $0 == .ended(.normal) }) == 1)
    }

    @Test func `sends what waited for an answer in one request, after a pause`() throws {
        var client = ClientInMemory(ladder: [.xhrStreaming])
        client.act { $0.start(now: $1) }
        for text in ["1", "2", "3"] { try client.act { try $0.send(SockJSMessage(text), now: $1) } }
        client.advance(by: 30)
        #expect(client.requests.filter { $0.purpose == .send }.map(\.body) == [#"["1"]"#, #"["2","3"]"#])
        #expect(client.messages == ["1", "2", "3"])
    }

    @Test func `asks for messages only on demand where that is its pace`() throws {
        var client = ClientInMemory(ladder: [.xhrPolling], pace: .onDemand)
        client.act { $0.start(now: $1) }
        try client.act { try $0.send(SockJSMessage("x"), now: $1) }
        client.advance(by: 100)
        #expect(client.requests.map(\.purpose) == [.info, .open, .send])
        client.act { $0.demand(now: $1) }
        #expect(client.messages == ["x"])
        client.advance(by: 100)
        #expect(client.requests.map(\.purpose) == [.info, .open, .send, .receive])
    }

    @Test func `makes a request anew that was cut, when it is demanded again`() {
        var client = ClientInMemory(ladder: [.xhrPolling], pace: .onDemand)
        client.act { $0.start(now: $1) }
        client.act { $0.demand(now: $1) }
        client.act { $0.demand(now: $1) }
        client.act { $0.abortReceive(now: $1) }
        client.act { $0.abortReceive(now: $1) }
        #expect(client.done == ["abort"])
        client.act { $0.demand(now: $1) }
        #expect(client.requests.map(\.purpose) == [.info, .open, .receive, .receive])
    }

    @Test func `ends when a send is refused`() throws {
        var (session, actions) = Self.begun([.xhrStreaming])
        let receive = try #require(Self.request(actions))
        _ = session.responded(request: receive.id, status: 200, now: Self.now)
        _ = session.received("o\n".utf8, request: receive.id, now: Self.now)
        let send = try #require(Self.request(try session.send(SockJSMessage("x"), now: Self.now)))
        #expect(session.responded(request: send.id, status: 500, now: Self.now) == [])
        #expect(
            session.completed(request: send.id, now: Self.now) == [
                .abort(request: receive.id),
                .event(.ended(SessionEnd(code: 1006, reason: "Sending error: Error: http status 500"))),
            ])
    }

    @Test(arguments: [404, 502]) func `takes a refused poll for the end when its answer is complete`(
        status: Int
    ) throws {
        var (session, actions) = Self.begun([.xhrPolling])
        let open = try #require(Self.request(actions))
        _ = session.responded(request: open.id, status: 200, now: Self.now)
        _ = session.received("o\n".utf8, request: open.id, now: Self.now)
        let poll = try #require(Self.request(session.completed(request: open.id, now: Self.now)))
        #expect(session.responded(request: poll.id, status: status, now: Self.now) == [])
        #expect(session.received("a[\"never\"]\n".utf8, request: poll.id, now: Self.now) == [])
        let end = SessionEnd(code: 1006, reason: "permanent: http status \(status)")
        #expect(session.completed(request: poll.id, now: Self.now) == [.event(.ended(end))])
    }

    @Test func `passes over what is said of a request or WebSocket that it gave up`() throws {
        var (session, actions) = Self.begun([.websocket, .xhrPolling])
        guard case .openWebSocket(let id, _)? = actions.first else { throw Unexpected() }
        let deadline = try #require(session.wakeAt)
        let open = try #require(Self.request(session.wake(now: deadline)))
        #expect(session.webSocketReceived("o", id: id, now: deadline) == [])
        #expect(session.webSocketClosed(id: id, .normal, now: deadline) == [])
        #expect(session.completed(request: 1, now: deadline) == [])
        #expect(session.transport == nil && !session.isEnded)
        _ = session.responded(request: open.id, status: 200, now: deadline)
        _ = session.received("o\n".utf8, request: open.id, now: deadline)
        #expect(session.transport == .xhrPolling)
    }

    @Test(arguments: [
        ("x-frame-options: DENY", "SockJS.bootstrap_iframe();"),
        ("content-security-policy: frame-ancestors 'none'", "SockJS.bootstrap_iframe();"), ("a: b", "<html>"),
    ])
    func `waits in vain for an iframe that does not run`(field: String, body: String) throws {
        var (session, actions) = Self.begun([.iframeXHRPolling])
        let page = try #require(Self.request(actions))
        #expect(page.purpose == .iframePage && page.target == "/s/iframe.html")
        let parts = field.split(separator: ": ", maxSplits: 1).map(String.init)
        _ = session.responded(request: page.id, status: 200, fields: [(parts[0], parts[1])], now: Self.now)
        _ = session.received(body.utf8, request: page.id, now: Self.now)
        #expect(session.completed(request: page.id, now: Self.now) == [])
        let deadline = try #require(session.wakeAt)
        #expect(
            session.wake(now: deadline) == [
                .event(.attempted(.iframeXHRPolling, .transportTimedOut)), .event(.failed(.allTransportsFailed)),
            ])
    }

    @Test(arguments: [
        ("/other", "/other/"), ("http://here:1/app", "/app/"), ("//here:1/app", "/app/"), ("http://there/app", nil),
    ])
    func `follows a base_url of its own host alone`(baseURL: String, prefix: String?) {
        let (session, actions) = Self.begun([.websocket], info: #"{"websocket":true,"base_url":"\#(baseURL)"}"#)
        guard let prefix else {
            #expect(session.isEnded)
            return
        }
        guard case .openWebSocket(_, let target)? = actions.first else {
            Issue.record("it does not connect")
            return
        }
        #expect(target.hasPrefix(prefix) && target.hasSuffix("/websocket"))
    }

    @Test(arguments: ClientTransport.allCases.filter { $0 != .websocket })
    func `begins at a path that is known, without info`(transport: ClientTransport) {
        let path = SessionPath(prefix: "/echo", server: "000", session: "known", transport: transport.receiving)
        var client = ClientInMemory(ladder: [])
        client.act { $0.start(on: transport, at: path, within: .seconds(5), now: $1) }
        #expect(client.story == [.attempted(transport, nil), .opened(transport)])
        #expect(client.requests.first?.purpose == (transport.usesIframe ? .iframePage : .open))
        #expect(client.requests.last?.target.hasPrefix("/echo/000/known/") == true)
    }

    @Test func `begins with a WebSocket at any target, without info`() {
        var client = ClientInMemory(ladder: [])
        client.act { $0.start(webSocketAt: "/echo/000/known/websocket", within: .seconds(5), now: $1) }
        #expect(client.story == [.attempted(.websocket, nil), .opened(.websocket)])
        #expect(client.requests.isEmpty)
    }

    @Test func `has no other rung without info, and this one has the time it is given`() {
        var client = ClientInMemory(ladder: [.xhrPolling], upgrade: .unanswered)
        client.act { $0.start(webSocketAt: "/echo/0/s/websocket", within: .milliseconds(300), now: $1) }
        client.advance(by: 299)
        #expect(client.story == [])
        client.advance(by: 1)
        #expect(client.story == [.attempted(.websocket, .transportTimedOut), .failed(.allTransportsFailed)])
    }

    @Test func `says when all that was sent has been answered`() throws {
        var (session, actions) = Self.begun([.xhrPolling])
        let open = try #require(Self.request(actions)?.id)
        _ = session.responded(request: open, status: 200, now: Self.now)
        _ = session.received("o\n".utf8, request: open, now: Self.now)
        #expect(session.isSendIdle)
        actions = try session.send("x", now: Self.now)
        let send = try #require(Self.request(actions)?.id)
        #expect(!session.isSendIdle)
        _ = session.responded(request: send, status: 204, now: Self.now)
        #expect(!session.isSendIdle)
        _ = session.completed(request: send, now: Self.now)
        #expect(session.isSendIdle)
    }

    @Test(arguments: [
        ("o", SessionEnd.serverLostSession), ("hello", SessionEnd(code: 1006, reason: "\"hello\" is no SockJS frame")),
    ])
    func `ends at what no session sends on a WebSocket`(text: String, end: SessionEnd) throws {
        var (session, actions) = Self.begun([.websocket])
        guard case .openWebSocket(let id, _)? = actions.first else { throw Unexpected() }
        #expect(session.webSocketReceived("", id: id, now: Self.now) == [])
        #expect(session.webSocketReceived("o", id: id, now: Self.now).last == .event(.opened(.websocket)))
        #expect(session.webSocketReceived("h", id: id, now: Self.now) == [.event(.heartbeat(request: nil))])
        #expect(session.webSocketReceived(text, id: id, now: Self.now) == [.cutWebSocket, .event(.ended(end))])
    }

    private struct Unexpected: Error {}
}
