import Clocks
import SockJS
import Testing

@Suite struct `A client's receiver` {
    typealias Action = ReceiveMachine.Action
    static let start = MonotonicClock.now
    static let http = ClientTransport.allCases.filter { $0 != .websocket }

    /// A receiver whose first answer brought the open frame.
    static func opened(_ transport: ClientTransport, _ options: ClientOptions = .sockJS) -> ReceiveMachine {
        var machine = ReceiveMachine(transport, options)
        #expect(machine.start(now: start) == [.request])
        #expect(machine.responded(status: 200, callback: "cb", now: start) == [])
        #expect(answer(&machine, transport, ["o"]).contains(.open))
        return machine
    }

    /// Gives these frames in the transport's own form; an answer that holds one frame ends with it.
    static func answer(
        _ machine: inout ReceiveMachine, _ transport: ClientTransport, _ frames: [String]
    ) -> [Action] {
        let body: String =
            switch transport.receiving {
            case .eventsource: frames.map { "data: \($0)\r\n\r\n" }.joined()
            case .htmlfile:
                (machine.isOpen ? "" : "<script>var c = parent.cb;</script>")
                    + frames.map { "<script>\np(\(quoted($0)));\n</script>\r\n" }.joined()
            case .jsonp: frames.map { "/**/cb(\(quoted($0)));\r\n" }.joined()
            default: frames.map { "\($0)\n" }.joined()
            }
        let actions = machine.received(body.utf8, now: start)
        return transport.isStreaming ? actions : actions + machine.ended(now: start)
    }

    static func quoted(_ text: String) -> String { String(ClientMessages.encode([text]).dropFirst().dropLast()) }

    /// Puts the next request under way, wherever a pause stands before it.
    static func goOn(_ machine: inout ReceiveMachine, _ transport: ClientTransport) {
        if let wake = machine.wakeAt, !machine.isInFlight { #expect(machine.wake(now: wake) == [.request]) }
        if transport.isStreaming, machine.isOpen { return }
        #expect(machine.responded(status: 200, callback: "cb", now: start) == [])
    }

    @Test(arguments: http) func `polls come one after the other, streams go on`(transport: ClientTransport) {
        var machine = Self.opened(transport)
        #expect(machine.isInFlight)
        for text in ["x", "é\""] {
            if !transport.isStreaming { #expect(machine.responded(status: 200, callback: "cb", now: Self.start) == []) }
            let actions = Self.answer(&machine, transport, ["a\(ClientMessages.encode([text]))"])
            #expect(actions == [.messages([SockJSMessage(text)])] + (transport.isStreaming ? [] : [.request]))
        }
    }

    @Test(arguments: http.filter(\.isStreaming)) func `a stream that ends is followed by the next`(
        transport: ClientTransport
    ) {
        var machine = Self.opened(transport)
        let pauses = transport.receiving == .eventsource
        #expect(machine.ended(now: Self.start) == (pauses ? [] : [.request]))
        if pauses { #expect(machine.wake(now: Self.start + .milliseconds(200)) == [.request]) }
        #expect(machine.responded(status: 200, callback: "cb", now: Self.start) == [])
        let again = transport.receiving == .htmlfile ? "<script>var c = parent.cb;</script>" : ""
        _ = machine.received(again.utf8, now: Self.start)
        #expect(Self.answer(&machine, transport, ["a[\"x\"]"]).contains(.messages(["x"])))
    }

    @Test(arguments: http) func `a second open frame means that the session is lost`(transport: ClientTransport) {
        var machine = Self.opened(transport)
        if !transport.isStreaming { _ = machine.responded(status: 200, callback: "cb", now: Self.start) }
        #expect(Self.answer(&machine, transport, ["o"]) == [.abort, .end(.serverLostSession)])
        #expect(machine.isEnded && !machine.isInFlight)
    }

    @Test(arguments: http) func `a close frame ends it, and nothing is asked any more`(transport: ClientTransport) {
        var machine = Self.opened(transport)
        if !transport.isStreaming { _ = machine.responded(status: 200, callback: "cb", now: Self.start) }
        let end = SessionEnd(code: 3000, reason: "Go away!", isByServer: true)
        #expect(Self.answer(&machine, transport, ["c[3000,\"Go away!\"]"]) == [.abort, .end(end)])
        #expect(machine.ended(now: Self.start) == [])
        #expect(machine.wakeAt == nil)
    }

    @Test(arguments: [404, 500, 502, 204, 302]) func `a poll that is not answered 200 ends it`(status: Int) {
        var machine = Self.opened(.xhrPolling)
        let actions = machine.responded(status: status, now: Self.start)
        #expect(actions == [.end(SessionEnd(code: 1006, reason: "permanent: http status \(status)"))])
    }

    @Test(arguments: [(ClientTransport.jsonpPolling, 1_000), (.eventsource, 200), (.htmlfile, 2_000)])
    func `browsers notice a refused script, event stream or page late`(transport: ClientTransport, pause: Int) {
        var machine = ReceiveMachine(transport, .sockJS)
        _ = machine.start(now: Self.start)
        #expect(machine.responded(status: 404, now: Self.start) == [])
        #expect(machine.wakeAt == Self.start + .milliseconds(pause))
        guard case .end(let end) = machine.wake(now: Self.start + .milliseconds(pause)).first else {
            Issue.record("it goes on")
            return
        }
        #expect(end.code == 1006)
    }

    @Test(arguments: [
        (ClientTransport.xhrPolling, false), (.xhrStreaming, false), (.eventsource, true), (.htmlfile, true),
    ])
    func `a cut stream ends a session, except where browsers load again`(transport: ClientTransport, goesOn: Bool) {
        var machine = Self.opened(transport)
        if !transport.isStreaming { _ = machine.responded(status: 200, callback: "cb", now: Self.start) }
        _ = machine.broke("reset", now: Self.start)
        #expect(machine.isEnded != goesOn)
    }

    @Test func `a jsonp answer has a limit of its own`() {
        var machine = Self.opened(.jsonpPolling)
        #expect(machine.wakeAt == Self.start + .seconds(35))
        let actions = machine.wake(now: Self.start + .seconds(35))
        #expect(actions.first == .abort)
        #expect(machine.isEnded)
    }

    @Test(arguments: http) func `the client may cut a request and go on`(transport: ClientTransport) {
        var machine = Self.opened(transport)
        #expect(machine.abortRequest(now: Self.start).first == .abort)
        #expect(!machine.isEnded)
        if let wake = machine.wakeAt, !machine.isInFlight { #expect(machine.wake(now: wake) == [.request]) }
        #expect(machine.isInFlight)
    }

    @Test func `closing cuts the request`() {
        var machine = Self.opened(.xhrPolling)
        #expect(machine.close(.normal) == [.abort, .end(.normal)])
        #expect(machine.close(.normal) == [])
    }

    @Test func `a poll may be delayed`() {
        var options = ClientOptions.sockJS
        options.pollDelay = .seconds(6)
        var machine = ReceiveMachine(.xhrPolling, options)
        _ = machine.start(now: Self.start)
        _ = machine.responded(status: 200, callback: "cb", now: Self.start)
        _ = machine.received("o\n".utf8, now: Self.start)
        #expect(machine.ended(now: Self.start) == [])
        #expect(machine.wake(now: Self.start + .seconds(5)) == [])
        #expect(machine.wake(now: Self.start + .seconds(6)) == [.request])
    }

    @Test(arguments: [ClientTransport.xhrPolling, .xhrStreaming, .htmlfile, .eventsource])
    func `what is no frame is named and passed over, and the next request comes at once`(transport: ClientTransport) {
        var options = ClientOptions.sockJS
        options.eventsourceDelay = .zero
        var machine = Self.opened(transport, options)
        Self.goOn(&machine, transport)
        let nonsense = "data: nonsense\r\n\r\n<script>\np(nonsense);\n</script>\r\n\n"
        let actions = machine.received(nonsense.utf8, now: Self.start)
        guard case .malformed(let error) = actions.last else {
            Issue.record("nothing is said of it: \(actions)")
            return
        }
        #expect(error.excerpt.contains("nonsense"))
        #expect(machine.received("a[\"late\"]\n".utf8, now: Self.start) == [])
        #expect(machine.ended(now: Self.start) == [.request])
    }

    @Test func `an empty answer to a poll leads to the next one`() {
        var machine = Self.opened(.xhrPolling)
        Self.goOn(&machine, .xhrPolling)
        let actions = machine.ended(now: Self.start)
        #expect(actions.count == 2 && actions.last == .request)
    }

    @Test func `a script that does not call back ends the session`() {
        var machine = Self.opened(.jsonpPolling)
        Self.goOn(&machine, .jsonpPolling)
        _ = machine.received("nonsense".utf8, now: Self.start)
        guard case .end(let end) = machine.ended(now: Self.start).last else {
            Issue.record("it goes on")
            return
        }
        #expect(end.code == 1006 && end.reason.contains("nonsense"))
    }
}
