import Clocks
import SockJS

/// What fuzzing runs on any input: it must neither trap nor hang nor grow, and what it promises is checked.
///
/// `harness/fuzz` compiles this file too; `SockJSFuzzTests` replays the inputs that were found.
enum SockJSFuzzTarget: String, CaseIterable {
    /// Frames, messages of clients and `/info`.
    case frames = "sockjs-frames"
    /// Requests to an endpoint.
    case requests = "sockjs-requests"
    /// Events of a server's session, in any order.
    case sessions = "sockjs-sessions"
    /// A client's way to a session and its requests, in any order.
    case clients = "sockjs-clients"

    func run(_ input: UnsafeBufferPointer<UInt8>) {
        guard let control = input.first else { return }
        let bytes = Array(input.dropFirst())
        switch self {
        case .frames: Self.frames(bytes)
        case .requests: Self.request(bytes, control: control)
        case .sessions:
            if control & 1 == 0 { HTTPSessionFuzz(control).run(bytes) } else { Self.webSocketSession(bytes) }
        case .clients: Self.clients(bytes, control: control)
        }
    }

    private static func frames(_ bytes: [UInt8]) {
        if let frame = try? SockJSFrame(parsing: bytes) {
            precondition((try? SockJSFrame(parsing: frame.bytes)) == frame, "a frame is not what was written")
        }
        for carrier in [ClientMessages.Carrier.websocket, .xhrSend] {
            guard let messages = try? ClientMessages.decode(bytes, from: carrier) else { continue }
            let again = try? ClientMessages.decode(ClientMessages.encode(messages), from: carrier)
            precondition(again == messages, "messages are not what was written")
        }
        let message = SockJSMessage(decoding: bytes)
        precondition(SockJSMessage(utf16: message.utf16) == message)
        let units = stride(from: 0, to: bytes.count - 1, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
        let odd = SockJSMessage(utf16: units)
        precondition(odd.utf16 == units)
        let frame = SockJSFrame.messages([odd])
        precondition((try? SockJSFrame(parsing: frame.bytes)) == frame, "half a surrogate pair was lost")
        precondition(
            (try? ClientMessages.decode(ClientMessages.encode([odd, message]))) == [odd, message],
            "a client's quoting loses something")
        if let info = try? SockJSInfo(parsing: String(decoding: bytes, as: UTF8.self)) {
            precondition((try? SockJSInfo(parsing: info.text)) == info)
        }
    }

    /// The input is text: target, then the header fields that count, then the body, a line each.
    private static func request(_ bytes: [UInt8], control: UInt8) {
        let lines = bytes.split(separator: 0x0A, maxSplits: 3, omittingEmptySubsequences: false)
        func text(_ index: Int) -> String? { index < lines.count ? String(decoding: lines[index], as: UTF8.self) : nil }
        var options = ServerOptions.sockJS(prefix: control & 1 == 0 ? "/e" : "")
        options.offersWebSocket = control & 2 == 0
        options.setsSessionCookie = control & 4 == 0
        options.allowsOtherOrigins = control & 8 == 0
        let request = SockJSRequest(
            method: ["GET", "POST", "OPTIONS", "PUT"][Int(control >> 4) & 3], target: text(0) ?? "", origin: text(1),
            requestedHeaders: text(1), cookie: text(2), contentType: control & 64 == 0 ? text(2) : nil,
            ifNoneMatch: text(1), body: lines.count > 3 ? Array(lines[3]) : [])
        switch SockJSEndpoint(options).answer(request, at: HTTPDate(seconds: 0), entropy: 0) {
        case nil: precondition(!request.target.hasPrefix(options.prefix + "/"), "a path below the prefix is answered")
        case .respond(let response):
            precondition([200, 204, 304, 400, 404, 405, 500].contains(response.status))
            precondition((response.body == .none) == (response.status == 204 || response.status == 304))
        case .receive(let session, let head, let encoding):
            precondition(!session.isEmpty && !session.contains("/") && !session.contains("."))
            precondition(head.response.status == 200)
            precondition(encoding.encoded(.open).count < bytes.count + 64)
        case .deliver(_, let session, let known, let unknown):
            precondition(!session.isEmpty)
            precondition(known.response.status / 100 == 2 && unknown.response.status == 404)
        case .webSocket: precondition(options.offersWebSocket && request.method == "GET")
        }
        if let path = SessionPath(parsing: request.target) { precondition(SessionPath(parsing: path.path) == path) }
    }

    private static func webSocketSession(_ bytes: [UInt8]) {
        var session = WebSocketSession(timing: .sockJS)
        var now = MonotonicClock.now
        var closes = 0
        for piece in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            let event: WebSocketSession.Event =
                switch piece.first.map({ $0 & 7 }) {
                case 0: .started
                case 1: .pong
                case 2: .close(code: 3000, reason: "x")
                case 3: .timerFired
                case 4: .ended
                case 5: .send(SockJSMessage(decoding: piece))
                default: .text(Array(piece.dropFirst()))
                }
            now += .seconds(piece.count)
            for case .closeWebSocket in session.handle(event, at: now) { closes += 1 }
            precondition(closes <= 1, "a WebSocket is closed once")
            precondition(closes == 0 || session.wakeAt == nil)
        }
    }
}

/// Any sequence of events, and what must hold of the actions.
private struct HTTPSessionFuzz {
    private var session: HTTPSession
    private var attached: Set<UInt64> = []
    private var (opened, closed, ended) = (0, 0, 0)

    init(_ control: UInt8) {
        var options = ServerOptions.sockJS(prefix: "")
        options.responseLimit = Int(control)
        options.queueLimit = 64
        session = HTTPSession(options)
    }

    func run(_ bytes: [UInt8]) {
        var copy = self
        var now = MonotonicClock.now
        for byte in bytes {
            now += .seconds(Int(byte >> 4))
            copy.handle(copy.event(byte), at: now)
        }
    }

    private mutating func event(_ byte: UInt8) -> HTTPSession.Event {
        let id = UInt64(byte >> 5)
        switch byte & 7 {
        case 0, 1:
            let encodings: [ReceiverEncoding] = [.poll, .stream, .eventSource, .htmlFile(callback: "c")]
            let next = UInt64(attached.count + opened * 100 + Int(byte))
            // Numbers are used once.
            guard !attached.contains(next) else { return .timerFired }
            attached.insert(next)
            return .receiverAttached(next, encodings[Int(byte >> 3) & 3])
        case 2:
            let lost = attached.min() ?? id
            attached.remove(lost)
            return .receiverAborted(lost)
        case 3: return .receiverBlocked(attached.max() ?? id)
        case 4: return .receiverUnblocked(attached.max() ?? id)
        case 5: return .send(SockJSMessage(String(repeating: "m", count: Int(byte >> 3))))
        case 6: return .close(code: 3000, reason: "x")
        default: return .timerFired
        }
    }

    private mutating func handle(_ event: HTTPSession.Event, at now: MonotonicClock.Instant) {
        for action in session.handle(event, at: now) {
            precondition(ended == 0, "an ended session does nothing more")
            switch action {
            case .write(let id, let bytes):
                precondition(attached.contains(id), "nothing is written behind the end of an answer")
                precondition(!bytes.isEmpty)
            case .finish(let id): precondition(attached.remove(id) != nil, "an answer ends once")
            case .opened: opened += 1
            case .closed: closed += 1
            case .ended: ended += 1
            }
            precondition(closed <= opened && opened <= 1 && ended <= 1)
        }
        precondition((session.wakeAt == nil) == (ended == 1 || opened == 0 && attached.isEmpty) || ended == 0)
    }
}
