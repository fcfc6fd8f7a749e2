import Clocks
import SockJS

/// A client session in front of the echo server, with nothing between them but this driver's clock.
struct ClientInMemory {
    typealias Action = SockJSClientSession.Action
    typealias Event = SockJSClientSession.Event

    private(set) var session: SockJSClientSession
    private(set) var events: [Event] = []
    private(set) var requests: [SockJSClientSession.Request] = []
    /// What the session asked for, in words.
    private(set) var done: [String] = []
    /// What becomes of upgrades; nil lets them through.
    var upgrade: Upgrade?

    enum Upgrade { case refused, unanswered }

    private var server = EchoServer()
    private let start = MonotonicClock.now
    private var elapsed = 0
    private var webSocket: Int?

    init(
        _ service: String = "/echo", ladder: [ClientTransport], pace: SockJSClientSession.Pace = .continuous,
        upgrade: Upgrade? = nil
    ) {
        var configuration = SockJSClientSession.Configuration(
            options: ClientOptions(ladder: ladder), service: service, host: "echo", pace: pace)
        configuration.options.sendGap = .milliseconds(25)
        session = SockJSClientSession(
            configuration, names: SystemRandomNumberGenerator(),
            marks: MarkGenerator(using: SystemRandomNumberGenerator()))
        self.upgrade = upgrade
    }

    var now: MonotonicClock.Instant { start + .milliseconds(elapsed) }

    /// What happened, but for what comes before frames.
    var story: [Event] {
        events.filter { event in
            if case .prelude = event { return false }
            return true
        }
    }

    var messages: [String] {
        events.flatMap { event -> [String] in
            guard case .messages(let messages) = event else { return [] }
            return messages.map(\.string)
        }
    }

    mutating func act(_ body: (inout SockJSClientSession, MonotonicClock.Instant) throws -> [Action]) rethrows {
        perform(try body(&session, now))
        pump()
    }

    /// Lets the time pass, timers in the order in which they are due.
    mutating func advance(by milliseconds: Int) {
        let end = elapsed + milliseconds
        while elapsed < end {
            elapsed += 1
            server.advance(to: elapsed)
            if let wakeAt = session.wakeAt, wakeAt <= now { perform(session.wake(now: now)) }
            pump()
        }
    }

    private mutating func perform(_ actions: [Action]) {
        for action in actions {
            switch action {
            case .request(let request):
                requests.append(request)
                server.request(
                    Transcript.Request(
                        method: request.method, target: request.target,
                        fields: request.contentType.map { [["content-type", $0]] }, body: request.body),
                    on: "r\(request.id)")
            case .abort(let request):
                done.append("abort")
                server.abort("r\(request)")
            case .openWebSocket(let id, let target): open(id, target)
            case .sendText(let text): if let webSocket { server.text(text, on: "w\(webSocket)") }
            case .closeWebSocket: forgetWebSocket("close")
            case .cutWebSocket: forgetWebSocket("cut")
            case .event(let event): events.append(event)
            }
        }
    }

    private mutating func open(_ id: Int, _ target: String) {
        webSocket = id
        switch upgrade {
        case nil:
            server.request(
                Transcript.Request(method: "GET", target: target, fields: [["connection", "Upgrade"]]), on: "w\(id)")
        case .refused: perform(session.webSocketClosed(id: id, SessionEnd(code: 1006, reason: "refused"), now: now))
        case .unanswered: break
        }
    }

    private mutating func forgetWebSocket(_ how: String) {
        done.append("\(how) WebSocket")
        webSocket = nil
    }

    /// Hands over what the server has written until it writes no more.
    private mutating func pump() {
        while case let received = server.takeReceived(), !received.isEmpty {
            for (connection, answer) in received.sorted(by: { $0.key < $1.key }) {
                guard let id = Int(connection.dropFirst()) else { continue }
                if connection.hasPrefix("w") { takeFrames(answer, id) } else { take(answer, id) }
            }
        }
    }

    private mutating func take(_ answer: Transcript.Received, _ id: Int) {
        if let status = answer.status {
            let fields = (answer.fields ?? []).map { (name: $0[0], value: $0[1]) }
            perform(session.responded(request: id, status: status, fields: fields, now: now))
        }
        for piece in answer.pieces ?? [] { perform(session.received(piece.utf8, request: id, now: now)) }
        if answer.finished == true { perform(session.completed(request: id, now: now)) }
    }

    private mutating func takeFrames(_ answer: Transcript.Received, _ id: Int) {
        for frame in answer.frames ?? [] {
            switch frame.opcode {
            case 1: perform(session.webSocketReceived(frame.text ?? "", id: id, now: now))
            case 8:
                let end = SessionEnd(code: frame.code ?? 1005, reason: frame.text ?? "")
                perform(session.webSocketClosed(id: id, end, now: now))
            default: continue
            }
        }
    }
}
