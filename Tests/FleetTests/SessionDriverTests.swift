import History
import SockJS
import Testing

@testable import Fleet

/// What a case's history shows of a session, whatever the tasks of the case do meanwhile.
@Suite("A session goes on by itself, and its history shows what came when it came", .timeLimit(.minutes(1)))
struct SessionDriverTests {
    typealias Answer = AnsweringServer.Answer

    static let path = PollingCarrierTests.path

    /// Waits until the history shows it.
    static func shown(
        _ client: VirtualClient, _ recorder: HistoryRecorder, _ isMeant: (HistoryEvent.Kind) -> Bool
    ) async throws {
        while !recorder.history.events.contains(where: { isMeant($0.kind) }) {
            try await client.pause(.milliseconds(2))
        }
    }

    /// The kinds of all events of requests, messages and sessions, in order.
    static func story(_ recorder: HistoryRecorder) -> [String] {
        recorder.history.events.compactMap {
            switch $0.kind {
            case .requestSent(let sent): "\(sent.label) sent"
            case .responseReceived(let response): "\(response.status)"
            case .requestFailed(let failed): "\(failed.failure)"
            case .messageSent: "message sent"
            case .messageReceived: "message"
            case .sessionOpened: "opened"
            case .sessionClosed(let closed): "closed by \(closed.cause)"
            case .frameReceived(let frame): "\(frame.frame)"
            default: nil
            }
        }
    }

    static func opened(
        _ client: VirtualClient, _ pace: SockJSCarrier.Pace = .onDemand, _ connection: ConnectionUse = .fresh
    ) async throws -> SockJSCarrier {
        try await SockJSCarrier.open(
            client, path: path, session: "s", plan: .init(connection: connection, pace: pace), within: long
        ).get()
    }

    @Test(arguments: [WebSocketCarrier.Framing.sockJS, .raw])
    func `Messages and ends are recorded though no task takes them`(framing: WebSocketCarrier.Framing) async throws {
        let frames = framing == .raw ? Answer.text("x") : Answer.text("o") + Answer.text("a[\"x\"]")
        try await AnsweringServer.running([.upgraded(frames + [0x88, 2, 0x03, 0xe9])]) {
            _, client, recorder async throws in
            let carrier = try await WebSocketCarrier.open(
                client, target: "/echo/0/s/websocket", framing: framing, session: "s", within: long
            ).get()
            try await Self.shown(client, recorder) { if case .sessionClosed = $0 { true } else { false } }
            #expect(Self.story(recorder) == ["upgrade sent", "101", "opened", "message", "closed by peer"])
            let message = try await carrier.receive(within: long)
            #expect(message == "x")
        }
    }

    @Test func `An answer stands before what it brought`() async throws {
        try await AnsweringServer.running([.http(200, "o\n"), .http(200, "a[\"x\",\"y\"]\n")]) {
            _, client, recorder async throws in
            let carrier = try await Self.opened(client)
            let messages = try await [carrier.receive(within: long), carrier.receive(within: long)]
            #expect(messages == ["x", "y"])
            #expect(
                Self.story(recorder) == ["poll-open sent", "200", "opened", "poll sent", "200", "message", "message"])
        }
    }

    @Test func `On demand nothing is asked that no task waits for`() async throws {
        try await AnsweringServer.running([.http(200, "o\n"), .http(200, "a[\"x\"]\n"), .http(204, "")]) {
            server, client, _ async throws in
            let carrier = try await Self.opened(client)
            _ = try await carrier.receive(within: long)
            // Its answer comes behind any poll that the session might have made by itself.
            try await carrier.send("y")
            #expect(server.requests.count == 3)
        }
    }

    @Test(arguments: [ConnectionUse.fresh, .kept])
    func `A poll that our deadline ends is recorded so, and leaves the session open`(
        connection: ConnectionUse
    ) async throws {
        try await AnsweringServer.running([.http(200, "o\n")]) { _, client, recorder async throws in
            let carrier = try await Self.opened(client, .onDemand, connection)
            // On a busy machine the time may be over before there is a poll.
            while !Self.story(recorder).contains("poll sent") {
                await #expect(throws: CarrierError.timedOut) { try await carrier.receive(within: .milliseconds(300)) }
            }
            try await Self.shown(client, recorder) { if case .requestFailed = $0 { true } else { false } }
            #expect(Self.story(recorder).suffix(2) == ["poll sent", "timedOut"])
        }
    }

    @Test(arguments: [ConnectionUse.fresh, .kept])
    func `An opening that gets no answer ends by the session's own deadline`(connection: ConnectionUse) async throws {
        try await AnsweringServer.running([]) { _, client, recorder async throws in
            let opened = await SockJSCarrier.open(
                client, path: Self.path, session: "s", plan: .init(connection: connection), within: .milliseconds(200))
            guard case .failure(let failure) = opened else {
                Issue.record("it opened")
                return
            }
            #expect(failure.end == .transportTimedOut)
            try await Self.shown(client, recorder) { if case .requestFailed = $0 { true } else { false } }
            #expect(Self.story(recorder) == ["poll-open sent", "timedOut"])
        }
    }

    @Test func `A send that gets no answer in its time ends the session`() async throws {
        try await AnsweringServer.running([.http(200, "o\n")]) { _, client, recorder async throws in
            let carrier = try await Self.opened(client)
            await #expect(throws: CarrierError.self) {
                try await carrier.send("x", on: .fresh, within: .milliseconds(20))
            }
            #expect(Self.story(recorder).suffix(4) == ["message sent", "send sent", "timedOut", "closed by peer"])
        }
    }

    @Test func `A cancelled send is let go`() async throws {
        try await AnsweringServer.running([.http(200, "o\n")]) { _, client, recorder async throws in
            let carrier = try await Self.opened(client)
            let sender = Task { try await carrier.send("x", on: .fresh, within: long) }
            try await Self.shown(client, recorder) { if case .messageSent = $0 { true } else { false } }
            sender.cancel()
            await #expect(throws: CarrierError.self) { try await sender.value }
        }
    }

    @Test func `A cancelled opening is let go`() async throws {
        try await AnsweringServer.running([]) { _, client, recorder async throws in
            let opening = Task { try await Self.opened(client) }
            try await Self.shown(client, recorder) { if case .requestSent = $0 { true } else { false } }
            opening.cancel()
            await #expect(throws: OpenFailure.self) { try await opening.value }
        }
    }

    @Test func `What the client cuts by closing comes behind the close`() async throws {
        try await AnsweringServer.running([.http(200, "o\n")]) { _, client, recorder async throws in
            let carrier = try await Self.opened(client, .continuous)
            await carrier.close()
            #expect(
                Self.story(recorder)
                    == ["poll-open sent", "200", "opened", "poll sent", "closed by client", "closedEarly"])
        }
    }

    @Test func `Requests over a kept connection all take it`() async throws {
        let answers: [Answer] = [.http(200, "o\n"), .http(204, ""), .http(200, "a[\"x\"]\n")]
        try await AnsweringServer.running(answers) { _, client, recorder async throws in
            let carrier = try await Self.opened(client, .onDemand, .kept)
            try await carrier.send("x")
            let message = try await carrier.receive(within: long)
            #expect(message == "x")
            let connections = recorder.history.events.compactMap { event -> String? in
                if case .requestSent(let sent) = event.kind { return sent.connection }
                return nil
            }
            #expect(connections == ["c.c1", "c.c1", "c.c1"])
            await client.keptConnection.close()
        }
    }

    @Test func `A session that nobody holds asks no more`() async throws {
        try await AnsweringServer.running([.http(200, "o\n"), .http(200, "h\n")]) {
            server, client, recorder async throws in
            server.answerAllElse(with: .http(200, "h\n"))
            // Nobody keeps what this gives.
            _ = try await Self.opened(client, .continuous)
            let asked = { server.requests.count { $0.contains("/xhr?") } }
            var (before, after) = (-1, asked())
            while before != after {
                // A session that went on would poll many times meanwhile.
                for _ in 0..<20 { await client.request("GET", "/", RequestPlan(label: RequestLabel("x"), limit: long)) }
                (before, after) = (after, asked())
            }
            #expect(recorder.history.closes.isEmpty)
        }
    }
}
