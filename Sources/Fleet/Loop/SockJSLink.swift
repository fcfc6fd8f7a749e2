package import NIOCore
package import SockJS
package import WebSocketCodec
package import Wire

/// Does what a ``SockJSClientSession`` asks for, on connections of its own.
package final class SockJSLink: ClientLink {
    private struct Exchange {
        let connection: ClientConnection
        let isRepeatable: Bool
        let request: SockJSClientSession.Request
    }

    private struct WebSocket {
        let id: Int
        let connection: ClientConnection
        let request: LinkRequest
        /// The status that came instead of a 101.
        var refusal: Int?
    }

    private let line: LinkLine
    private let source: String?
    private var session: SockJSClientSession
    private unowned let owner: any ClientLinkOwner
    private var exchanges: [Exchange] = []
    private var webSocket: WebSocket?
    /// Connections that wait for the next request.
    private var kept: [ClientConnection] = []
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

    package var wakeAt: ContinuousClock.Instant? { session.wakeAt }

    package var isHeldUp: Bool { webSocket?.connection.isHeldUp ?? false }

    package func start(at now: ContinuousClock.Instant) {
        perform(session.start(now: now), now)
        settle(now)
    }

    package func send(_ utf8: UnsafeRawBufferPointer, at now: ContinuousClock.Instant) throws(SendQueueFull) {
        perform(try session.send(SockJSMessage(decoding: utf8), now: now), now)
    }

    package func wake(at now: ContinuousClock.Instant) {
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
        webSocket?.connection.cut()
        for exchange in exchanges { exchange.connection.cut() }
        webSocket = nil
        exchanges = []
        release()
    }

    // MARK: What the session asks for

    private func perform(_ actions: [SockJSClientSession.Action], _ now: ContinuousClock.Instant) {
        for action in actions {
            switch action {
            case .request(let request):
                // The owner may have closed the session over an event before this.
                if !session.isEnded { make(request) }
            case .abort(let id): abort(id)
            case .openWebSocket(let id, let target): openWebSocket(id, target)
            case .sendText(let text): webSocket?.connection.sendText(text)
            case .closeWebSocket:
                webSocket?.connection.closeWebSocket(CloseStatus(code: .normalClosure, reason: ""))
                webSocket = nil
            case .cutWebSocket:
                webSocket?.connection.cut()
                webSocket = nil
            case .event(let event):
                // Of a session on a WebSocket no more requests come, and each connection is a file at both of its ends.
                if case .opened(.websocket) = event { release() }
                if !isOver { owner.link(self, .sockJS(event), at: now) }
            }
        }
    }

    private func settle(_ now: ContinuousClock.Instant) {
        if session.isEnded { release() }
        if !isOver { owner.linkSettled(self, at: now) }
    }

    /// Closes what waits for the next request.
    private func release() {
        for connection in kept { connection.cut() }
        kept = []
    }

    private func make(_ request: SockJSClientSession.Request) {
        let reused = kept.popLast()
        let connection = reused ?? line.open(from: source, self)
        exchanges.append(Exchange(connection: connection, isRepeatable: reused != nil, request: request))
        connection.request(owner.link(self, bytesOf: .sockJS(request)))
    }

    private func abort(_ id: Int) {
        guard let index = exchanges.firstIndex(where: { $0.request.id == id }) else { return }
        exchanges.remove(at: index).connection.cut()
    }

    private func openWebSocket(_ id: Int, _ target: String) {
        let handshake = ClientHandshake(deflateOffers: line.deflateOffers)
        let request = LinkRequest.upgrade(id: id, target: target, handshake)
        let connection = line.open(from: source, self)
        webSocket = WebSocket(id: id, connection: connection, request: request)
        connection.upgrade(owner.link(self, bytesOf: request), handshake)
    }
}

// MARK: - What the connections tell

extension SockJSLink: ClientConnectionOwner {
    package func connectionOpened(_ connection: ClientConnection, _ channel: any Channel) {}

    package func connection(
        _ connection: ClientConnection, responded head: ResponseHead, at now: ContinuousClock.Instant
    ) {
        if let webSocket, webSocket.connection === connection {
            owner.link(self, answered: webSocket.request, head, at: now)
            if head.status != 101 { self.webSocket?.refusal = head.status }
            return
        }
        guard let request = request(on: connection) else { return }
        owner.link(self, answered: .sockJS(request), head, at: now)
        let fields = request.purpose == .iframePage ? head.allFields : []
        perform(session.responded(request: request.id, status: head.status, fields: fields, now: now), now)
        settle(now)
    }

    package func connection(
        _ connection: ClientConnection, received body: ByteBuffer, at now: ContinuousClock.Instant
    ) {
        if let webSocket, webSocket.connection === connection {
            return owner.link(self, received: body, of: webSocket.request, at: now)
        }
        guard let request = request(on: connection) else { return }
        owner.link(self, received: body, of: .sockJS(request), at: now)
        perform(session.received(body.readableBytesView, request: request.id, now: now), now)
        settle(now)
    }

    package func connectionCompleted(_ connection: ClientConnection, at now: ContinuousClock.Instant) {
        if let webSocket, webSocket.connection === connection {
            connection.cut()
            self.webSocket = nil
            owner.link(self, completed: webSocket.request, at: now)
            let end = SessionEnd(code: 1006, reason: "http status \(webSocket.refusal ?? 0)")
            perform(session.webSocketClosed(id: webSocket.id, end, now: now), now)
            return settle(now)
        }
        guard let index = exchanges.firstIndex(where: { $0.connection === connection }) else { return }
        let request = exchanges.remove(at: index).request
        // Before the session goes on, so that its next request finds the connection.
        if line.reuse == .kept, connection.isReusable { kept.append(connection) } else { connection.cut() }
        owner.link(self, completed: .sockJS(request), at: now)
        perform(session.completed(request: request.id, now: now), now)
        settle(now)
    }

    package func connectionUpgraded(_ connection: ClientConnection, at now: ContinuousClock.Instant) {}

    package func connection(
        _ connection: ClientConnection, received event: WebSocketEvent, at now: ContinuousClock.Instant
    ) {
        guard let webSocket, webSocket.connection === connection else { return }
        switch event {
        case .text(let bytes), .binary(let bytes):
            perform(session.webSocketReceived(String(buffer: bytes), id: webSocket.id, now: now), now)
            settle(now)
        // Messages are asked for as wholes.
        case .ping, .pong, .piece: break
        case .closeReceived, .failed, .ended: webSocketEnded(webSocket, SessionEnd(event), now)
        }
    }

    package func connectionEnded(
        _ connection: ClientConnection, _ error: WireError, at now: ContinuousClock.Instant
    ) {
        if let webSocket, webSocket.connection === connection {
            owner.link(self, broke: webSocket.request, error, at: now)
            return webSocketEnded(webSocket, SessionEnd(code: 1006, reason: "\(error)"), now)
        }
        kept.removeAll { $0 === connection }
        guard let index = exchanges.firstIndex(where: { $0.connection === connection }) else { return }
        let exchange = exchanges.remove(at: index)
        if exchange.isRepeatable, !connection.hasHeard {
            owner.link(self, repeated: .sockJS(exchange.request), at: now)
            let connection = line.open(from: source, self)
            exchanges.append(Exchange(connection: connection, isRepeatable: false, request: exchange.request))
            connection.request(owner.link(self, bytesOf: .sockJS(exchange.request)))
            return
        }
        owner.link(self, broke: .sockJS(exchange.request), error, at: now)
        perform(session.broke(request: exchange.request.id, detail: "\(error)", now: now), now)
        settle(now)
    }

    private func request(on connection: ClientConnection) -> SockJSClientSession.Request? {
        exchanges.first { $0.connection === connection }?.request
    }

    private func webSocketEnded(_ webSocket: WebSocket, _ end: SessionEnd, _ now: ContinuousClock.Instant) {
        self.webSocket = nil
        // The closing handshake may still be under way.
        webSocket.connection.closeWebSocket(CloseStatus(code: .normalClosure, reason: ""))
        perform(session.webSocketClosed(id: webSocket.id, end, now: now), now)
        settle(now)
    }
}

extension SessionEnd {
    /// How a WebSocket ended, by the event that says so.
    init(_ event: WebSocketEvent) {
        switch event {
        case .closeReceived(let status):
            self.init(code: Int(status?.code.rawValue ?? 1005), reason: status?.reason ?? "")
        case .ended(let status): self.init(code: Int(status.code.rawValue), reason: status.reason)
        case .failed(let violation): self.init(code: 1006, reason: "\(violation)")
        case .text, .binary, .piece, .ping, .pong: self.init(code: 1006, reason: "")
        }
    }
}
