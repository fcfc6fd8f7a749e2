package import Clocks
package import NIOCore
package import SockJS
import WebSocketCodec
package import Wire

/// Does what a ``SockJSClientSession`` asks for, on connections of its own.
package final class SockJSLink: ClientLink {
    struct Exchange {
        let connection: ClientConnection
        let isRepeatable: Bool
        let request: SockJSClientSession.Request
    }

    /// What came of an upgrade.
    enum Answer {
        case awaited
        case upgraded
        /// This status instead of a 101.
        case refused(Int)
    }

    struct WebSocket {
        let id: Int
        let connection: ClientConnection
        let request: LinkRequest
        var answer = Answer.awaited
    }

    let line: LinkLine
    let source: String?
    var session: SockJSClientSession
    unowned let owner: any ClientLinkOwner
    var exchanges: [Exchange] = []
    var webSocket: WebSocket?
    /// Connections that wait for the next request.
    var kept: [ClientConnection] = []
    private var isOver = false

    /// A link that has not begun. `owner` must outlive it.
    package init(
        _ line: LinkLine, from source: String?, session: SockJSClientSession, owner: any ClientLinkOwner
    ) {
        self.line = line
        self.source = source
        self.session = session
        self.owner = owner
    }

    /// The transport it is open on; nil while it is not open.
    package var transport: ClientTransport? { session.transport }

    package var wakeAt: MonotonicClock.Instant? { session.wakeAt }

    package var isHeldUp: Bool { webSocket?.connection.isHeldUp ?? false }

    package func start(at now: MonotonicClock.Instant) {
        perform(session.start(now: now), now)
        settle(now)
    }

    /// Begins on this transport alone, at a path that is known without `/info`, which has this long to open.
    package func start(
        on transport: ClientTransport, at path: SessionPath, within limit: Duration, now: MonotonicClock.Instant
    ) {
        perform(session.start(on: transport, at: path, within: limit, now: now), now)
        settle(now)
    }

    /// Begins with a WebSocket at this target, which has this long to open.
    package func start(webSocketAt target: String, within limit: Duration, now: MonotonicClock.Instant) {
        perform(session.start(webSocketAt: target, within: limit, now: now), now)
        settle(now)
    }

    package func send(_ utf8: UnsafeRawBufferPointer, at now: MonotonicClock.Instant) throws(SendQueueFull) {
        try send(SockJSMessage(decoding: utf8), at: now)
    }

    /// Sends a message as ``send(_:at:)-(UnsafeRawBufferPointer,_)`` does, which may hold halves of surrogate pairs.
    package func send(_ message: SockJSMessage, at now: MonotonicClock.Instant) throws(SendQueueFull) {
        perform(try session.send(message, now: now), now)
    }

    /// Whether no message waits for its request, or for the answer to it.
    package var isSendIdle: Bool { session.isSendIdle }

    /// Asks for a receive request, where they are made on demand.
    package func demand(at now: MonotonicClock.Instant) { perform(session.demand(now: now), now) }

    /// Cuts the receive request under way and goes on with a new one, on demand where that is its pace.
    package func abortReceive(at now: MonotonicClock.Instant) {
        perform(session.abortReceive(now: now), now)
        settle(now)
    }

    /// The answer to a request that the owner made.
    package func answered(
        _ request: Int, _ answer: (status: Int, fields: [(name: String, value: String)], body: String),
        at now: MonotonicClock.Instant
    ) {
        perform(
            session.responded(request: request, status: answer.status, fields: answer.fields, now: now), now)
        perform(session.received(answer.body.utf8, request: request, now: now), now)
        perform(session.completed(request: request, now: now), now)
        settle(now)
    }

    package func breakOff(_ request: Int, _ error: WireError, at now: MonotonicClock.Instant) {
        if let index = exchanges.firstIndex(where: { $0.request.id == request }) {
            let exchange = exchanges.remove(at: index)
            exchange.connection.cut()
            owner.link(self, broke: .sockJS(exchange.request), error, at: now)
        }
        perform(session.broke(request: request, detail: "\(error)", now: now), now)
        settle(now)
    }

    package var webSocketClosed: EventLoopFuture<Void>? { webSocket?.connection.closed }

    package func wake(at now: MonotonicClock.Instant) {
        perform(session.wake(now: now), now)
        settle(now)
    }

    package func close() {
        isOver = true
        perform(session.close(), .now)
        release()
    }

    package func cut() {
        isOver = true
        let now = MonotonicClock.now
        cutWebSocket(now)
        for exchange in exchanges {
            exchange.connection.cut()
            owner.link(self, gaveUp: exchange.request.id, at: now)
        }
        exchanges = []
        release()
    }

    // MARK: What the session asks for

    func perform(_ actions: [SockJSClientSession.Action], _ now: MonotonicClock.Instant) {
        for action in actions {
            switch action {
            case .request(let request):
                // The owner may have closed the session over an event before this.
                if !session.isEnded, !isOver { make(request) }
            case .abort(let id): abort(id, now)
            case .openWebSocket(let id, let target): openWebSocket(id, target)
            case .sendText(let text): webSocket?.connection.sendText(text)
            case .closeWebSocket:
                webSocket?.connection.closeWebSocket(CloseStatus(code: .normalClosure, reason: ""))
                webSocket = nil
            case .cutWebSocket: cutWebSocket(now)
            case .event(let event):
                if !isOver { owner.link(self, .sockJS(event), at: now) }
            }
        }
    }

    func settle(_ now: MonotonicClock.Instant) {
        if session.isEnded { release() }
        if !isOver { owner.linkSettled(self, at: now) }
    }

    /// Closes what waits for the next request.
    private func release() {
        for connection in kept { connection.cut() }
        kept = []
    }

    private func make(_ request: SockJSClientSession.Request) {
        if owner.link(self, leavesToOwner: request) { return }
        let reused = kept.popLast()
        let connection = reused ?? line.open(from: source, self)
        exchanges.append(Exchange(connection: connection, isRepeatable: reused != nil, request: request))
        connection.request(owner.link(self, bytesOf: .sockJS(request)), encoding: line.encoding)
    }

    private func abort(_ id: Int, _ now: MonotonicClock.Instant) {
        if let index = exchanges.firstIndex(where: { $0.request.id == id }) {
            exchanges.remove(at: index).connection.cut()
        }
        owner.link(self, gaveUp: id, at: now)
    }

    private func cutWebSocket(_ now: MonotonicClock.Instant) {
        guard let webSocket else { return }
        self.webSocket = nil
        webSocket.connection.cut()
        if case .upgraded = webSocket.answer { return }
        owner.link(self, gaveUp: webSocket.id, at: now)
    }

    private func openWebSocket(_ id: Int, _ target: String) {
        // A browser keeps it a while. But if the WebSocket opens no more requests come, and where a crowd comes back at
        // once, files are what is short: each connection is one at both of its ends.
        release()
        let handshake = ClientHandshake(deflateOffers: line.deflateOffers)
        let request = LinkRequest.upgrade(id: id, target: target, handshake)
        let connection = line.open(from: source, forUpgrade: true, self)
        webSocket = WebSocket(id: id, connection: connection, request: request)
        connection.upgrade(owner.link(self, bytesOf: request), handshake, encoding: line.encoding)
    }
}
