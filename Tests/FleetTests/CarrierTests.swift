import History
import SockJS
import Testing

@testable import Fleet

@Suite("A polling session lives on polls and sends")
struct PollingCarrierTests {
    typealias Answer = AnsweringServer.Answer

    static let path = SessionPath(prefix: "/echo", server: "000", session: "abc", transport: .xhr)

    static func opened<Value>(
        _ answers: [Answer], _ body: (SockJSCarrier, AnsweringServer, HistoryRecorder) async throws -> Value
    ) async throws -> Value {
        try await AnsweringServer.running([.http(200, "o\n", "Set-Cookie: SRV=n1; Path=/\r\n")] + answers) {
            server, client, recorder async throws in
            let carrier = try await SockJSCarrier.open(client, path: path, session: "s", within: long).get()
            return try await body(carrier, server, recorder)
        }
    }

    static func failure(_ carrier: SockJSCarrier, within limit: Duration = long) async -> CarrierError? {
        do throws(CarrierError) {
            _ = try await carrier.receive(within: limit)
            return nil
        } catch {
            return error
        }
    }

    @Test("The open frame opens it on the node that sent it")
    func open() async throws {
        try await Self.opened([]) { carrier, server, recorder async throws in
            #expect(carrier.nodeID == "n1")
            #expect(
                recorder.history.openings == [
                    SessionOpened(session: "s", epoch: 1, transport: .xhrPolling, nodeID: "n1", bootID: "n1.1")
                ])
            #expect(server.requests.first?.prefixMatch(of: /POST \/echo\/000\/abc\/xhr\?t=\d{13} HTTP\/1.1\r\n/) != nil)
        }
    }

    @Test(
        "Anything else does not",
        arguments: [
            Answer.http(200, "c[3000,\"Go away!\"]\n"), .http(200, "o"), .http(200, ""),
            .http(200, "nonsense\n"), .http(404, "o\n"), .http(502, ""), Answer("").closing,
        ])
    func unopened(_ answer: Answer) async throws {
        // A body that is no frame is passed over, and the next poll tells.
        try await AnsweringServer.running([answer, .http(404, "")]) { _, client, recorder async throws in
            let result = await SockJSCarrier.open(client, path: Self.path, session: "s", within: long)
            #expect(throws: OpenFailure.self) { try result.get() }
            #expect(recorder.history.openings.isEmpty)
        }
    }

    @Test("Messages come in order, however many a poll brings; heartbeats are passed over")
    func messages() async throws {
        let answers: [Answer] = [
            .http(204, ""), .http(200, "h\n"), .http(200, "a[\"#1 x\",\"#2 y\"]\n"), .http(200, "a[\"#3 z\"]\n"),
        ]
        try await Self.opened(answers) { carrier, server, recorder async throws in
            try await carrier.send("#1 x")
            for expected in ["#1 x", "#2 y", "#3 z"] {
                let message = try await carrier.receive(within: long)
                #expect(message == expected)
            }
            #expect(server.requests.dropFirst().allSatisfy { $0.contains("\r\nCookie: SRV=n1\r\n") })
            let numbers = recorder.history.events.compactMap { event -> Int? in
                if case .messageReceived(let message) = event.kind { return message.number }
                return nil
            }
            #expect(numbers == [1, 2, 3])
        }
    }

    @Test(
        "A session ends once, with the code its client would see",
        arguments: [
            (Answer.http(200, "c[3000,\"Go away!\"]\n"), 3_000), (.http(200, "o\n"), 1_006), (.http(404, ""), 1_006),
            (.http(200, "nonsense\n"), 1_006), (.http(500, "a[\"x\"]\n"), 1_006), (Answer("").closing, 1_006),
        ])
    func end(_ answer: Answer, _ code: Int) async throws {
        // A body that is no frame is passed over, and the next poll tells.
        try await Self.opened([answer, .http(404, "")]) { carrier, _, recorder async throws in
            for _ in 1...2 {
                guard case .closed(code, _) = await Self.failure(carrier) else {
                    Issue.record("the session lives")
                    return
                }
            }
            await carrier.close()
            #expect(recorder.history.closes.map(\.code) == [code])
            #expect(recorder.history.closes.map(\.cause) == [.peer])
        }
    }

    @Test("What came before the end can still be taken")
    func messagesBeforeEnd() async throws {
        try await Self.opened([.http(200, "a[\"x\",\"y\"]\n"), .http(404, "")]) { carrier, _, _ async throws in
            let first = try await carrier.receive(within: long)
            #expect(first == "x")
            await carrier.close()
            let second = try await carrier.receive(within: long)
            #expect(second == "y")
            #expect(await Self.failure(carrier) == .closed(code: 1000, reason: "Normal closure"))
        }
    }

    @Test("A poll that our deadline ends does not end the session")
    func timeout() async throws {
        try await Self.opened([]) { carrier, server, recorder async throws in
            #expect(await Self.failure(carrier, within: .milliseconds(20)) == .timedOut)
            #expect(recorder.history.closes.isEmpty)
            server.answerAllElse(with: .http(200, "a[\"x\"]\n"))
            let message = try await carrier.receive(within: long)
            #expect(message == "x")
        }
    }

    @Test("A send that is not taken ends the session", arguments: [404, 500, 302])
    func unsent(_ status: Int) async throws {
        try await Self.opened([.http(status, "")]) { carrier, _, recorder async throws in
            await #expect(throws: CarrierError.self) { try await carrier.send("x") }
            #expect(recorder.history.closes.map(\.code) == [1_006])
        }
    }
}

@Suite("A WebSocket session lives on frames")
struct WebSocketCarrierTests {
    typealias Answer = AnsweringServer.Answer

    static func open(
        _ following: [[UInt8]], framing: WebSocketCarrier.Framing = .sockJS, closes: Bool = false,
        _ body: (Result<WebSocketCarrier, OpenFailure>, HistoryRecorder) async throws -> Void
    ) async throws {
        var answer = Answer.upgraded(following.flatMap { $0 })
        answer.closes = closes
        try await AnsweringServer.running([answer]) { _, client, recorder async throws in
            let opened = await WebSocketCarrier.open(
                client, target: "/echo/000/abc/websocket", framing: framing, session: "s", within: long)
            try await body(opened, recorder)
        }
    }

    @Test(
        "With SockJS framing it opens by o, raw by the 101",
        arguments: [
            (WebSocketCarrier.Framing.sockJS, "websocket"), (.raw, "raw-websocket"),
        ])
    func opened(_ framing: WebSocketCarrier.Framing, _ transport: String) async throws {
        try await Self.open([Answer.text("o")], framing: framing) { opened, recorder async throws in
            let carrier = try opened.get()
            #expect(carrier.nodeID == "n1")
            #expect(recorder.history.openings.map(\.transport.rawValue) == [transport])
        }
    }

    @Test(
        "Another first frame, or an end, does not open it",
        arguments: [
            ([Answer.text("h")], false), ([Answer.text("a[\"x\"]")], false), ([Answer.text("nonsense")], false),
            ([[0x88, 0]], false), ([[0x83, 0]], false), ([], true),
        ] as [([[UInt8]], Bool)])
    func unopened(_ frames: [[UInt8]], closes: Bool) async throws {
        try await Self.open(frames, closes: closes) { opened, recorder async throws in
            #expect(throws: OpenFailure.self) { try opened.get() }
            #expect(recorder.history.openings.isEmpty)
        }
    }

    @Test("A refused upgrade does not open it, and gives its status")
    func refused() async throws {
        try await AnsweringServer.running([.http(400, "no")]) { _, client, _ async throws in
            let opened = await WebSocketCarrier.open(
                client, target: "/x", framing: .sockJS, session: "s", within: long)
            let failure = #expect(throws: OpenFailure.self) { try opened.get() }
            #expect(failure?.status == 400)
        }
    }

    @Test("Messages come in order; heartbeats, pings and empty frames are passed over")
    func messages() async throws {
        let frames = [
            Answer.text("o"), Answer.text("h"), [0x89, 1, 0x21], Answer.text(""), Answer.text("a[\"x\",\"y\"]"),
            Answer.text("a[\"z\"]"),
        ]
        try await Self.open(frames) { opened, _ async throws in
            let carrier = try opened.get()
            for expected in ["x", "y", "z"] {
                let message = try await carrier.receive(within: long)
                #expect(message == expected)
            }
        }
    }

    @Test(
        "A session ends once, with the code its client would see",
        arguments: [
            ([Answer.text("c[3000,\"Go away!\"]")], 3_000), ([[0x88, 2, 0x03, 0xe9]], 1_001), ([[0x88, 0]], 1_005),
            ([Answer.text("o")], 1_006), ([Answer.text("nonsense")], 1_006), ([[0x83, 0]], 1_006),
        ] as [([[UInt8]], Int)])
    func end(_ frames: [[UInt8]], _ code: Int) async throws {
        try await Self.open([Answer.text("o")] + frames) { opened, recorder async throws in
            let carrier = try opened.get()
            for _ in 1...2 {
                do throws(CarrierError) {
                    _ = try await carrier.receive(within: long)
                    Issue.record("the session lives")
                } catch {
                    guard case .closed(code, _) = error else {
                        Issue.record("it ended with \(error)")
                        continue
                    }
                }
            }
            #expect(recorder.history.closes.map(\.code) == [code])
        }
    }
}

@Suite("A SockJS client asks for info, then climbs down the ladder")
struct SockJSConnectorTests {
    typealias Answer = AnsweringServer.Answer

    static func info(webSocket: Bool) -> Answer {
        .http(200, "{\"websocket\":\(webSocket),\"origins\":[\"*:*\"],\"cookie_needed\":true,\"entropy\":1}")
    }

    static let ladders: [(answers: [Answer], attempts: [String])] = [
        ([info(webSocket: true), .upgraded(Answer.text("o"))], ["websocket opened"]),
        ([info(webSocket: true), .http(400, ""), .http(200, "o\n")], ["websocket failed", "xhr-polling opened"]),
        ([info(webSocket: true), .http(400, ""), .http(503, "")], ["websocket failed", "xhr-polling failed"]),
        ([info(webSocket: false), .http(200, "o\n")], ["xhr-polling opened"]),
        ([.http(200, "nonsense"), .upgraded(Answer.text("o"))], ["websocket opened"]),
        ([.http(503, "")], []),
        ([Answer("").closing], []),
    ]

    @Test("Each rung that is tried is recorded", arguments: ladders)
    func ladder(_ answers: [Answer], _ attempts: [String]) async throws {
        try await AnsweringServer.running(answers) { _, client, recorder async throws in
            let result = await SockJSConnector.patient().connect(client, session: "s")
            #expect(recorder.history.attempts == attempts)
            let isOpen = attempts.last?.hasSuffix("opened") == true
            #expect(recorder.history.openings.count == (isOpen ? 1 : 0))
            if isOpen {
                _ = try result.get()
            } else {
                #expect(throws: OpenFailure.self) { try result.get() }
            }
        }
    }
}
