package import Clocks
package import NIOCore
import SockJS
package import WebSocketCodec
package import Wire

/// What its connections tell.
extension SockJSLink: ClientConnectionOwner {
    package func connectionOpened(_ connection: ClientConnection, _ channel: any Channel) {}

    package func connection(
        _ connection: ClientConnection, responded head: ResponseHead, at now: MonotonicClock.Instant
    ) {
        if let webSocket, webSocket.connection === connection {
            owner.link(self, answered: webSocket.request, head, at: now)
            if head.status != 101 { self.webSocket?.answer = .refused(head.status) }
            return
        }
        guard let request = request(on: connection) else { return }
        owner.link(self, answered: .sockJS(request), head, at: now)
        let fields = request.purpose == .iframePage ? head.allFields : []
        perform(session.responded(request: request.id, status: head.status, fields: fields, now: now), now)
        settle(now)
    }

    package func connection(
        _ connection: ClientConnection, received body: ByteBuffer, at now: MonotonicClock.Instant
    ) {
        if let webSocket, webSocket.connection === connection {
            return owner.link(self, received: body, of: webSocket.request, at: now)
        }
        guard let request = request(on: connection) else { return }
        owner.link(self, received: body, of: .sockJS(request), at: now)
        perform(session.received(body.readableBytesView, request: request.id, now: now), now)
        settle(now)
    }

    package func connectionCompleted(_ connection: ClientConnection, at now: MonotonicClock.Instant) {
        if let webSocket, webSocket.connection === connection {
            connection.cut()
            self.webSocket = nil
            owner.link(self, completed: webSocket.request, at: now)
            let status = if case .refused(let status) = webSocket.answer { status } else { 0 }
            let end = SessionEnd(code: 1006, reason: "http status \(status)")
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

    package func connectionUpgraded(_ connection: ClientConnection, at now: MonotonicClock.Instant) {
        guard let webSocket, webSocket.connection === connection else { return }
        self.webSocket?.answer = .upgraded
        owner.link(self, completed: webSocket.request, at: now)
    }

    package func connection(
        _ connection: ClientConnection, received event: WebSocketEvent, at now: MonotonicClock.Instant
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
        _ connection: ClientConnection, _ error: WireError, at now: MonotonicClock.Instant
    ) {
        if let webSocket, webSocket.connection === connection {
            if case .upgraded = webSocket.answer {
            } else {
                owner.link(self, broke: webSocket.request, error, at: now)
            }
            return webSocketEnded(webSocket, SessionEnd(code: 1006, reason: "\(error)"), now)
        }
        kept.removeAll { $0 === connection }
        guard let index = exchanges.firstIndex(where: { $0.connection === connection }) else { return }
        let exchange = exchanges.remove(at: index)
        if exchange.isRepeatable, !connection.hasHeard {
            owner.link(self, repeated: .sockJS(exchange.request), at: now)
            let connection = line.open(from: source, self)
            exchanges.append(Exchange(connection: connection, isRepeatable: false, request: exchange.request))
            connection.request(owner.link(self, bytesOf: .sockJS(exchange.request)), encoding: line.encoding)
            return
        }
        owner.link(self, broke: .sockJS(exchange.request), error, at: now)
        perform(session.broke(request: exchange.request.id, detail: "\(error)", now: now), now)
        settle(now)
    }

    private func request(on connection: ClientConnection) -> SockJSClientSession.Request? {
        exchanges.first { $0.connection === connection }?.request
    }

    private func webSocketEnded(_ webSocket: WebSocket, _ end: SessionEnd, _ now: MonotonicClock.Instant) {
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
