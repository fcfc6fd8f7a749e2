import Clocks
import SockJS

/// A whole client session, and what must hold of what it asks of its driver.
///
/// `!` answers the oldest request, `.` ends its answer, `#` loses it, `~` cuts the receive request, `?` lets the time come
/// that the session waits for, `+` sends, `t` is a text on it, `x` closes it, `d` demands, `^` closes,
/// `s` says of a request that was never made that it is done; anything else is more of the answer's body.
struct WholeSessionFuzz {
    private static let byteLimit = 64

    private var session: SockJSClientSession
    private var now = MonotonicClock.now
    private var requests: [SockJSClientSession.Request] = []
    private var lastID = 0
    private var webSocket: Int?
    private var isOpen = false
    private var isOver = false

    init(_ pace: SockJSClientSession.Pace, _ page: ClientPage) {
        var configuration = SockJSClientSession.Configuration(service: "/s", host: "h", pace: pace)
        configuration.options.byteLimit = Self.byteLimit
        configuration.options.page = page
        configuration.options.connectLimit = .seconds(10)
        session = SockJSClientSession(
            configuration, names: Sevens(), marks: MarkGenerator(using: Sevens()))
        perform(session.start(now: now))
    }

    mutating func take(_ piece: ArraySlice<UInt8>) {
        let rest = piece.dropFirst()
        switch piece.first {
        case UInt8(ascii: "!"):
            let fields = rest.count > 1 ? [(name: "X-Frame-Options", value: "DENY")] : []
            onRequest { $0.responded(request: $1, status: rest.isEmpty ? 200 : 404, fields: fields, now: $2) }
        case UInt8(ascii: "."): onRequest(isOver: true) { $0.completed(request: $1, now: $2) }
        case UInt8(ascii: "#"): onRequest(isOver: true) { $0.broke(request: $1, detail: "lost", now: $2) }
        case UInt8(ascii: "~"): perform(session.abortReceive(now: now))
        case UInt8(ascii: "?"): passTime()
        case UInt8(ascii: "+"): send(SockJSMessage(decoding: rest))
        case UInt8(ascii: "t"):
            let text = String(decoding: rest, as: UTF8.self)
            onWebSocket { $0.webSocketReceived(text, id: $1, now: $2) }
        case UInt8(ascii: "x"):
            onWebSocket { $0.webSocketClosed(id: $1, SessionEnd(code: 1006, reason: "lost"), now: $2) }
        case UInt8(ascii: "d"): perform(session.demand(now: now))
        case UInt8(ascii: "^"): perform(session.close())
        case UInt8(ascii: "s"):
            precondition(session.completed(request: lastID + 1, now: now).isEmpty, "what was never asked was answered")
        default: onRequest { $0.received(piece, request: $1, now: $2) }
        }
    }

    private mutating func onRequest(
        isOver: Bool = false,
        _ event: (inout SockJSClientSession, Int, MonotonicClock.Instant) -> [SockJSClientSession.Action]
    ) {
        // Now and then one that was aborted long ago.
        let request = requests.first?.id ?? 1
        if isOver, !requests.isEmpty { requests.removeFirst() }
        perform(event(&session, request, now))
    }

    private mutating func onWebSocket(
        _ event: (inout SockJSClientSession, Int, MonotonicClock.Instant) -> [SockJSClientSession.Action]
    ) {
        perform(event(&session, webSocket ?? 1, now))
    }

    private mutating func passTime() {
        guard let wakeAt = session.wakeAt else { return }
        now = max(now, wakeAt)
        perform(session.wake(now: now))
        precondition(session.wakeAt.map { $0 > now } ?? true, "time stands still")
    }

    private mutating func send(_ message: SockJSMessage) {
        do throws(SendQueueFull) {
            perform(try session.send(message, now: now))
        } catch {
            precondition(isOpen && session.transport != .websocket, "a queue is full that is not there")
        }
    }

    private mutating func perform(_ actions: [SockJSClientSession.Action]) {
        for action in actions {
            switch action {
            case .request(let request):
                precondition(!isOver && request.id > lastID, "a number is given twice")
                lastID = request.id
                requests.append(request)
            case .abort(let id):
                requests.removeAll { $0.id == id }
            case .openWebSocket(let id, _):
                precondition(!isOver && id > lastID && webSocket == nil, "two WebSockets at once")
                lastID = id
                webSocket = id
            case .sendText: precondition(isOpen && webSocket != nil, "a text goes nowhere")
            case .closeWebSocket, .cutWebSocket: webSocket = nil
            case .event(let event): note(event)
            }
        }
        let sends = requests.filter { $0.purpose == .send }.count
        precondition(requests.count - sends <= 1 && sends <= 1, "two requests at once")
        precondition(session.isEnded == isOver && (session.transport != nil) == (isOpen && !isOver))
        if isOver { precondition(session.wakeAt == nil, "who has ended waits for nothing") }
    }

    private mutating func note(_ event: SockJSClientSession.Event) {
        precondition(!isOver, "an ended session does nothing more")
        switch event {
        case .attempted(_, let end):
            precondition(!isOpen)
            if end != nil { webSocket = nil }
        case .opened:
            precondition(!isOpen, "it opens twice")
            isOpen = true
        case .prelude, .heartbeat, .malformed, .messages: break
        case .failed:
            precondition(!isOpen)
            isOver = true
        case .ended:
            precondition(isOpen)
            isOver = true
        }
    }
}

private struct Sevens: RandomNumberGenerator {
    func next() -> UInt64 { 7 }
}
