import Clocks
import SockJS
import Testing

@Suite struct `A client's way to a session` {
    typealias Action = ConnectMachine.Action
    static let start = MonotonicClock.now
    static let info = #"{"websocket":true,"origins":["*:*"],"cookie_needed":false,"entropy":1}"#

    /// A machine that has read this info after this round trip.
    static func informed(
        _ options: ClientOptions, _ body: String = info, roundTrip: Duration = .milliseconds(10)
    ) -> (machine: ConnectMachine, actions: [Action]) {
        var machine = ConnectMachine(options, generator: SystemRandomNumberGenerator())
        #expect(machine.start(now: start) == [.requestInfo])
        let actions = machine.infoAnswered(status: 200, body: body, now: start + roundTrip)
        return (machine, actions)
    }

    /// The transports tried when each attempt ends so.
    static func ladder(_ options: ClientOptions, _ body: String = info) -> (tried: [ClientTransport], last: [Action]) {
        var (machine, actions) = informed(options, body)
        var tried: [ClientTransport] = []
        while case .attempt(let attempt) = actions.first {
            tried.append(attempt.transport)
            actions = machine.attemptClosed(SessionEnd(code: 1006, reason: "permanent"), now: start)
        }
        return (tried, actions)
    }

    @Test func `the ladder of a browser on the server's own page is complete`() {
        let (tried, last) = Self.ladder(.sockJS)
        #expect(tried == ClientOptions.defaultLadder)
        #expect(last == [.fail(.allTransportsFailed)])
    }

    @Test(arguments: [
        (ClientPage.sameOrigin, true, "websocket xhr-polling iframe-xhr-polling jsonp-polling"),
        (.crossOrigin, false, "xhr-polling iframe-xhr-polling jsonp-polling"),
        (.opaqueOrigin, true, "websocket iframe-xhr-polling jsonp-polling"),
    ])
    func `Meteor's ladder has no streams`(page: ClientPage, webSocket: Bool, transports: String) {
        var options = ClientOptions.meteor
        options.page = page
        let (tried, _) = Self.ladder(options, "{\"websocket\":\(webSocket)}")
        #expect(tried.map(\.rawValue).joined(separator: " ") == transports)
    }

    @Test func `a page elsewhere does not try htmlfile itself`() {
        var options = ClientOptions.sockJS
        options.page = .crossOrigin
        #expect(Self.ladder(options).tried == ClientOptions.defaultLadder.filter { $0 != .htmlfile })
    }

    @Test func `a list of allowed transports keeps the ladder's order`() {
        let options = ClientOptions.sockJS.allowing([.jsonpPolling, .xhrPolling])
        #expect(Self.ladder(options).tried == [.xhrPolling, .jsonpPolling])
    }

    @Test func `each attempt is a session of its own under one server name`() {
        var (machine, actions) = Self.informed(.sockJS)
        var servers: Set<String> = []
        var sessions: Set<String> = []
        while case .attempt(let attempt) = actions.first {
            servers.insert(attempt.server)
            sessions.insert(attempt.session)
            actions = machine.attemptClosed(.transportTimedOut, now: Self.start)
        }
        #expect(sessions.count == 9)
        #expect(servers.count == 1)
    }

    @Test(arguments: [
        (10, ClientTransport.websocket, 620), (10, .iframeEventsource, 930), (10, .jsonpPolling, 310),
        (200, .websocket, 1_600), (200, .jsonpPolling, 800),
    ])
    func `deadlines follow the round trip of info`(roundTrip: Int, transport: ClientTransport, deadline: Int) {
        let options = ClientOptions.sockJS.allowing([transport])
        let (machine, actions) = Self.informed(options, roundTrip: .milliseconds(roundTrip))
        guard case .attempt(let attempt) = actions.first else {
            Issue.record("no attempt")
            return
        }
        #expect(attempt.deadline == Self.start + .milliseconds(roundTrip + deadline))
        #expect(machine.wakeAt == attempt.deadline)
    }

    @Test func `a transport opens in time or not at all`() {
        var (machine, _) = Self.informed(.sockJS)
        var late = machine
        let deadline = Self.start + .milliseconds(630)
        #expect(late.opened(now: deadline + .milliseconds(1)) == false)
        #expect(late.wake(now: deadline).first == .abortAttempt(.transportTimedOut))
        #expect(machine.opened(now: deadline) == true)
        #expect(machine.wakeAt == nil)
        #expect(machine.attemptClosed(.normal, now: deadline) == [])
    }

    @Test func `the deadline of a transport that closed early ends a later one, as in sockjs-client`() {
        func deadline(_ actions: [Action]) -> Int? {
            guard case .attempt(let attempt) = actions.last else { return nil }
            return Int((attempt.deadline - Self.start) / .milliseconds(1))
        }
        var (machine, actions) = Self.informed(.sockJS)
        let refused = SessionEnd(code: 1006, reason: "WebSocket connection broken")
        actions = machine.attemptClosed(refused, now: Self.start + .milliseconds(50))
        #expect(deadline(actions) == 630)
        actions = machine.wake(now: Self.start + .milliseconds(630))
        #expect(actions.first == .abortAttempt(.transportTimedOut))
        #expect(deadline(actions) == 670)
        actions = machine.wake(now: Self.start + .milliseconds(670))
        #expect(deadline(actions) == 1250)
        #expect(machine.wakeAt == Self.start + .milliseconds(1250))
        #expect(machine.opened(now: Self.start + .milliseconds(1250)) == true)
        #expect(machine.wakeAt == nil)
    }

    @Test func `a fallback that is given its time has it in spite of a deadline left behind`() {
        var options = ClientOptions.meteor
        options.leastFallbackDeadline = .seconds(6)
        var (machine, _) = Self.informed(options)
        let refused = Self.start + .milliseconds(600)
        guard case .attempt(let attempt) = machine.attemptClosed(.init(code: 1006, reason: ""), now: refused).first
        else {
            Issue.record("no fallback")
            return
        }
        #expect(attempt.transport == .xhrPolling)
        #expect(attempt.deadline == refused + .seconds(6))
        #expect(machine.wakeAt == refused + .seconds(6))
        let isOpen = machine.opened(now: refused + .seconds(5))
        #expect(isOpen)
    }

    @Test(arguments: [
        (SessionEnd(code: 1006, reason: "permanent"), false), (SessionEnd(code: 1002, reason: ""), false),
        (SessionEnd(code: 1001, reason: ""), false), (SessionEnd(code: 5000, reason: ""), false),
        (SessionEnd(code: 1000, reason: ""), true), (SessionEnd(code: 3000, reason: ""), true),
        (SessionEnd(code: 4999, reason: ""), true), (SessionEnd(code: 2000, reason: ""), true),
        (SessionEnd(code: 2010, reason: "", isByServer: true), true),
    ])
    func `codes for users and close frames end the way, others lead on`(end: SessionEnd, isFinal: Bool) {
        var (machine, _) = Self.informed(.sockJS)
        let actions = machine.attemptClosed(end, now: Self.start)
        #expect((actions == [.fail(end)]) == isFinal)
    }

    @Test(arguments: [404, 500, 302, 204]) func `there is no fallback without info`(status: Int) {
        var machine = ConnectMachine(.sockJS, generator: SystemRandomNumberGenerator())
        _ = machine.start(now: Self.start)
        #expect(machine.infoAnswered(status: status, body: Self.info, now: Self.start) == [.fail(.cannotConnect)])
    }

    @Test func `info has eight seconds`() {
        var machine = ConnectMachine(.sockJS, generator: SystemRandomNumberGenerator())
        _ = machine.start(now: Self.start)
        #expect(machine.wake(now: Self.start + .milliseconds(7_999)) == [])
        #expect(machine.wake(now: Self.start + .seconds(8)) == [.abortInfo, .fail(.cannotConnect)])
    }

    @Test(arguments: ["", "<html>", "[]", "{}", #"{"websocket":1}"#]) func `odd info counts as empty`(body: String) {
        #expect(Self.ladder(.sockJS, body).tried.first == .websocket)
    }

    @Test func `base_url moves the transports`() {
        let (_, actions) = Self.informed(.sockJS, #"{"base_url":"/elsewhere"}"#)
        guard case .attempt(let attempt) = actions.first else {
            Issue.record("no attempt")
            return
        }
        #expect(attempt.baseURL == "/elsewhere")
    }

    @Test func `Meteor gives up after ten seconds in all`() {
        var (machine, actions) = Self.informed(.meteor, roundTrip: .milliseconds(1_200))
        #expect(machine.wakeAt == Self.start + .seconds(10))
        actions = machine.wake(now: Self.start + .seconds(10))
        #expect(actions == [.abortAttempt(.connectLimitPassed), .fail(.connectLimitPassed)])
    }
}
