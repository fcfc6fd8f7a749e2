import Clocks
import SockJS

/// The services of the recordings, made of the endpoint and the session machines; a clock that only the test moves.
struct EchoServer {
    struct Service {
        let endpoint: SockJSEndpoint
        let closesAtOnce: Bool

        init(_ prefix: String, closesAtOnce: Bool = false, _ adjust: (inout ServerOptions) -> Void = { _ in }) {
            var options = ServerOptions.sockJS(prefix: prefix)
            options.clientURL = "/sockjs.min.js"
            adjust(&options)
            endpoint = SockJSEndpoint(options)
            self.closesAtOnce = closesAtOnce
        }
    }

    private static let services = [
        Service("/echo") { $0.responseLimit = 4096 },
        Service("/disabled_websocket_echo") { $0.offersWebSocket = false },
        Service("/cookie_needed_echo") { $0.setsSessionCookie = true },
        Service("/close", closesAtOnce: true),
        Service("/fast") {
            $0.timing = ServerTiming(heartbeatDelay: .milliseconds(400), disconnectDelay: .milliseconds(300))
        },
    ]

    private(set) var received: [String: Transcript.Received] = [:]
    private var now = MonotonicClock.now
    private let start: MonotonicClock.Instant
    private var sessions: [String: (machine: HTTPSession, service: Service)] = [:]
    private var webSockets: [String: (machine: WebSocketSession, service: Service)] = [:]
    private var heads: [String: SockJSResponse] = [:]
    private var rawWebSockets: Set<String> = []
    private var receivers: [HTTPSession.ReceiverID: (connection: String, session: String)] = [:]
    private var lastReceiver: HTTPSession.ReceiverID = 0

    init() { start = now }

    mutating func takeReceived() -> [String: Transcript.Received] {
        defer { received = [:] }
        return received
    }

    mutating func request(_ request: Transcript.Request, on connection: String) {
        let asked = SockJSRequest(
            method: request.method, target: request.target, origin: request.field("origin"),
            requestedHeaders: request.field("access-control-request-headers"), cookie: request.field("cookie"),
            contentType: request.field("content-type"), ifNoneMatch: request.field("if-none-match"),
            body: Array((request.body ?? "").utf8))
        for service in Self.services {
            guard let answer = service.endpoint.answer(asked, at: HTTPDate(seconds: 0), entropy: 7) else { continue }
            return perform(answer, request, service, on: connection)
        }
        received[connection] = Transcript.Received(status: 404, fields: [], finished: true)
    }

    mutating func text(_ text: String, on connection: String) {
        if rawWebSockets.contains(connection) { return frame(1, text, on: connection) }
        handle(.text(Array(text.utf8)), on: connection)
    }

    mutating func abort(_ connection: String) {
        for (id, receiver) in receivers where receiver.connection == connection {
            receivers[id] = nil
            handle(.receiverAborted(id), of: receiver.session)
        }
    }

    /// Lets the time pass, timers in the order in which they are due.
    mutating func advance(to elapsed: Int) {
        let end = start + .milliseconds(elapsed)
        while true {
            let http = sessions.compactMap { name, one in one.machine.wakeAt.map { ($0, name, true) } }
            let framed = webSockets.compactMap { name, one in one.machine.wakeAt.map { ($0, name, false) } }
            guard let (due, name, isHTTP) = (http + framed).min(by: { $0.0 < $1.0 }), due <= end else { break }
            now = max(now, due)
            if isHTTP { handle(.timerFired, of: name) } else { handle(.timerFired, on: name) }
        }
        now = end
    }

    private mutating func perform(
        _ answer: SockJSAnswer, _ request: Transcript.Request, _ service: Service, on connection: String
    ) {
        switch answer {
        case .respond(let response): respond(response, to: request, on: connection)
        case .deliver(let messages, let session, let known, let unknown):
            guard sessions[session] != nil else { return respond(unknown.response, to: request, on: connection) }
            respond(known.response, to: request, on: connection)
            for message in messages where sessions[session]?.machine.isOpen == true {
                handle(.send(message), of: session)
            }
        case .receive(let session, let head, let encoding):
            heads[connection] = head.response
            lastReceiver += 1
            receivers[lastReceiver] = (connection, session)
            if sessions[session] == nil { sessions[session] = (HTTPSession(service.endpoint.options), service) }
            handle(.receiverAttached(lastReceiver, encoding), of: session)
        case .webSocket(let session):
            guard request.field("connection") == "Upgrade" else {
                return respond(SockJSEndpoint.notAWebSocketRequest, to: request, on: connection)
            }
            received[connection, default: .init()].status = 101
            if session == nil {
                rawWebSockets.insert(connection)
                if service.closesAtOnce { frame(8, "Go away!", code: 3000, on: connection) }
                return
            }
            webSockets[connection] = (WebSocketSession(timing: service.endpoint.options.timing), service)
            handle(.started, on: connection)
            if service.closesAtOnce { handle(.close(code: 3000, reason: "Go away!"), on: connection) }
        }
    }

    private mutating func begin(_ head: SockJSResponse, on connection: String) {
        received[connection, default: .init()].status = head.status
        received[connection, default: .init()].fields = head.fields.map { [$0.name, $0.value] }
    }

    private mutating func respond(_ response: SockJSResponse, to request: Transcript.Request, on connection: String) {
        begin(response, on: connection)
        switch response.body {
        case .none: break
        case .sized(let bytes), .unsized(let bytes):
            if !bytes.isEmpty, request.method != "HEAD" {
                received[connection]?.pieces = [String(decoding: bytes, as: UTF8.self)]
            }
        }
        received[connection]?.finished = true
    }

    private mutating func frame(_ opcode: Int, _ text: String, code: Int? = nil, on connection: String) {
        received[connection, default: .init()].frames =
            (received[connection]?.frames ?? []) + [Transcript.Frame(opcode: opcode, code: code, text: text)]
    }

    private mutating func handle(_ event: HTTPSession.Event, of session: String) {
        for action in sessions[session]?.machine.handle(event, at: now) ?? [] {
            switch action {
            case .write(let id, let bytes):
                guard let connection = receivers[id]?.connection else { continue }
                if let head = heads.removeValue(forKey: connection) { begin(head, on: connection) }
                received[connection, default: .init()].pieces =
                    (received[connection]?.pieces ?? []) + [String(decoding: bytes, as: UTF8.self)]
            case .finish(let id):
                guard let connection = receivers.removeValue(forKey: id)?.connection else { continue }
                received[connection, default: .init()].finished = true
            case .opened:
                guard sessions[session]?.service.closesAtOnce == true else { continue }
                handle(.close(code: 3000, reason: "Go away!"), of: session)
            case .closed: break
            case .ended: sessions[session] = nil
            }
        }
    }

    private mutating func handle(_ event: WebSocketSession.Event, on connection: String) {
        for action in webSockets[connection]?.machine.handle(event, at: now) ?? [] {
            switch action {
            case .frame(let sent): frame(1, sent.text, on: connection)
            case .ping: frame(9, "", on: connection)
            case .deliver(let messages): for message in messages { handle(.send(message), on: connection) }
            case .closed: break
            case .closeWebSocket(let code, let reason): frame(8, reason, code: code, on: connection)
            }
        }
    }
}
