import Clocks
import History
import SockJS
import Testing

@testable import Fleet

@Suite("A SockJS session over HTTP follows its transport", .timeLimit(.minutes(1)))
struct SockJSTransportTests {
    typealias Answer = AnsweringServer.Answer

    static let head =
        "HTTP/1.1 200 OK\r\nX-Stickler-Node: n1\r\nX-Stickler-Boot: n1.1\r\nTransfer-Encoding: chunked\r\n\r\n"

    static func chunk(_ text: String) -> String { "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n" }

    /// A stream of these chunks that stays open, or ends.
    static func stream(_ chunks: [String], ends: Bool = false) -> Answer {
        Answer(Array((head + chunks.map(chunk).joined() + (ends ? "0\r\n\r\n" : "")).utf8))
    }

    static func open(
        _ client: VirtualClient, _ transport: ClientTransport, pace: SockJSCarrier.Pace = .onDemand
    ) async -> Result<SockJSCarrier, OpenFailure> {
        await SockJSCarrier.open(
            client, path: .init(prefix: "/echo", server: "000", session: "abc", transport: transport.receiving),
            session: "s", plan: .init(transport: transport, pace: pace), within: long)
    }

    static func end(_ carrier: SockJSCarrier) async -> CarrierError? {
        do throws(CarrierError) {
            _ = try await carrier.receive(within: long)
            return nil
        } catch {
            return error
        }
    }

    static func frames(_ recorder: HistoryRecorder) -> [FrameReceived] {
        recorder.history.events.compactMap {
            if case .frameReceived(let frame) = $0.kind { return frame }
            return nil
        }
    }

    static let iframePage = Answer.http(200, "<script>SockJS.bootstrap_iframe();</script>")
    static let prelude = String(repeating: "h", count: 2048) + "\n"

    @Test("A stream opens by its first frame, is rotated, and its heartbeats and ends are recorded")
    func streaming() async throws {
        let answers = [
            Self.stream([Self.prelude, "o\n", "h\n", "a[\"#1 x\"]\n"], ends: true),
            Self.stream([Self.prelude, "a[\"#2 y\"]\n", "c[3000,\"Go away!\"]\n"]),
        ]
        try await AnsweringServer.running(answers) { server, client, recorder async throws in
            let carrier = try await Self.open(client, .xhrStreaming).get()
            #expect(carrier.nodeID == "n1")
            for expected in ["#1 x", "#2 y"] {
                let message = try await carrier.receive(within: long)
                #expect(message == expected)
            }
            #expect(await Self.end(carrier) == .closed(code: 3000, reason: "Go away!"))
            #expect(server.requests.map { $0.prefix { $0 != "\r\n" } }.allSatisfy { $0.contains("/xhr_streaming?t=") })
            #expect(Self.frames(recorder).map(\.frame) == [.prelude, .heartbeat, .end, .prelude])
            #expect(recorder.history.openings.map(\.transport) == [.xhrStreaming])
        }
    }

    @Test(
        "A cut stream ends the session; its failure is recorded",
        arguments: [("xhr-streaming", 1_006)])
    func cut(_ name: String, _ code: Int) async throws {
        let transport = try #require(ClientTransport(rawValue: name))
        try await AnsweringServer.running([Self.stream([Self.prelude, "o\n"]).closing]) {
            _, client, recorder async throws in
            let carrier = try await Self.open(client, transport).get()
            guard case .closed(code, _) = await Self.end(carrier) else {
                Issue.record("the session lives")
                return
            }
            let failures = recorder.history.events.compactMap { event -> RequestFailure? in
                if case .requestFailed(let failed) = event.kind { return failed.failure }
                return nil
            }
            #expect(failures == [.closedEarly])
        }
    }

    @Test("A continuous session polls by itself and sends in batches")
    func continuous() async throws {
        let answers: [Answer] = [.http(200, "o\n"), .http(200, "a[\"x\"]\n"), .http(200, "c[3000,\"Go away!\"]\n")]
        try await AnsweringServer.running(answers) { server, client, _ async throws in
            let carrier = try await Self.open(client, .xhrPolling, pace: .continuous).get()
            let message = try await carrier.receive(within: long)
            #expect(message == "x")
            #expect(await Self.end(carrier) == .closed(code: 3000, reason: "Go away!"))
            #expect(server.requests.count == 3)
        }
    }

    @Test("An iframe transport loads the page first, and waits in vain where there is none")
    func iframe() async throws {
        try await AnsweringServer.running([Self.iframePage, .http(200, "o\n")]) { server, client, _ async throws in
            _ = try await Self.open(client, .iframeXHRPolling).get()
            #expect(server.requests.first?.hasPrefix("GET /echo/iframe.html ") == true)
            #expect(server.requests.last?.contains("\r\nOrigin: http://127.0.0.1:") == true)
        }
        for page in [
            Answer.http(404, ""), .http(200, "<html>"),
            .http(200, "<script>SockJS.bootstrap_iframe();</script>", "X-Frame-Options: DENY\r\n"),
        ] {
            try await Self.unframed(page)
        }
    }

    /// A page that no browser runs in an iframe leaves the client waiting.
    private static func unframed(_ page: Answer) async throws {
        try await AnsweringServer.running([page]) { _, client, _ async throws in
            let opened = await SockJSCarrier.open(
                client, path: .init(prefix: "/echo", server: "0", session: "s", transport: .xhr), session: "s",
                plan: .init(transport: .iframeXHRPolling), within: .milliseconds(300))
            guard case .failure(let failure) = opened else {
                Issue.record("it opened")
                return
            }
            #expect(failure.end == .transportTimedOut)
        }
    }

    @Test(
        "Cookies and Origin go with the leg that makes the request",
        arguments: [
            (ClientProfile.crossOrigin("http://page"), "xhr-streaming", true, true),
            (.crossOrigin("http://page"), "eventsource", false, true),
            (.crossOrigin("http://page"), "iframe-eventsource", true, false),
            (.crossOrigin("http://page"), "htmlfile", true, false),
            (.crossSite("http://page"), "xhr-streaming", false, true), (ClientProfile(), "eventsource", true, false),
            (ClientProfile(cookies: .none), "xhr-streaming", false, false),
        ])
    func legs(_ profile: ClientProfile, _ name: String, cookie: Bool, origin: Bool) async throws {
        let answers = [Answer.http(200, "data: x\n\n"), .http(404, "")]
        let transport = try #require(ClientTransport(rawValue: name))
        try await AnsweringServer.running(transport.usesIframe ? [Self.iframePage] + answers : answers) {
            server, client, _ async throws in
            client.plantCookie(name: "SRV", value: "n1")
            client.profile = profile
            _ = await SockJSCarrier.open(
                client, path: .init(prefix: "/echo", server: "0", session: "s", transport: transport.receiving),
                session: "s", plan: .init(transport: transport), within: long)
            let request = server.requests.first { $0.contains("/echo/0/s/") } ?? ""
            #expect(request.contains("\r\nCookie: SRV=n1\r\n") == cookie, "\(request)")
            #expect(request.contains("\r\nOrigin: http://page\r\n") == origin, "\(request)")
        }
    }

    @Test("A client farther away needs the longer time, and its deadlines follow")
    func distance() async throws {
        try await AnsweringServer.running([SockJSConnectorTests.info(webSocket: false), .http(200, "o\n")]) {
            _, client, _ async throws in
            client.profile = ClientProfile().farther(by: .milliseconds(120))
            let started = MonotonicClock.now
            _ = try await SockJSConnector.patient().connect(client, session: "s").get()
            #expect(MonotonicClock.now - started >= .milliseconds(240))
        }
    }

    @Test("base_url moves the transports on this host, and to no other", arguments: ["/else", "http://{{host}}/else"])
    func baseURL(_ url: String) async throws {
        try await AnsweringServer.running([]) { server, client, _ async throws in
            let base = url.replacing("{{host}}", with: client.target.host)
            server.add([.http(200, "{\"base_url\":\"\(base)\"}"), .http(404, "")])
            _ = await SockJSConnector.patient([.xhrPolling]).connect(client, session: "s")
            #expect(server.requests.last?.hasPrefix("POST /else/") == true)
        }
        try await AnsweringServer.running([.http(200, "{\"base_url\":\"http://elsewhere/x\"}")]) {
            server, client, _ async throws in
            _ = await SockJSConnector.patient([.xhrPolling]).connect(client, session: "s")
            #expect(server.requests.count == 1)
        }
    }
}

extension SockJSConnector {
    /// One that has all the time there is: a transport's usual 0.6 s can pass on a busy machine.
    static func patient(_ ladder: [ClientTransport] = [.websocket, .xhrPolling]) -> SockJSConnector {
        var options = ClientOptions(ladder: ladder)
        options.leastTransportDeadline = long
        options.infoDeadline = long
        return SockJSConnector(options: options)
    }
}
