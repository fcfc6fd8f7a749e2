package import NIOCore
package import SockJS
package import WebSocketCodec
package import Wire

/// A session on a WebSocket without framing: a text frame is a message, and it is open with the 101.
package final class RawWebSocketLink: ClientLink {
    private enum State {
        case idle
        case opening(ClientConnection, LinkRequest, deadline: ContinuousClock.Instant, refusal: Int?)
        case open(ClientConnection)
        case ended
    }

    private let line: LinkLine
    private let source: String?
    private let target: String
    private let limit: Duration
    private unowned let owner: any ClientLinkOwner
    private var state = State.idle

    /// A link that has not begun.
    ///
    /// - Parameters:
    ///   - target: request target of the upgrade.
    ///   - limit: how long the upgrade may take.
    ///   - owner: must outlive it.
    package init(
        _ line: LinkLine, from source: String?, target: String, limit: Duration, owner: any ClientLinkOwner
    ) {
        self.line = line
        self.source = source
        self.target = target
        self.limit = limit
        self.owner = owner
    }

    package var wakeAt: ContinuousClock.Instant? {
        if case .opening(_, _, let deadline, _) = state { return deadline }
        return nil
    }

    package var isHeldUp: Bool {
        if case .open(let connection) = state { return connection.isHeldUp }
        return false
    }

    package func start(at now: ContinuousClock.Instant) {
        guard case .idle = state else { return }
        let handshake = ClientHandshake(deflateOffers: line.deflateOffers)
        let request = LinkRequest.upgrade(id: 1, target: target, handshake)
        let connection = line.open(from: source, self)
        state = .opening(connection, request, deadline: now + limit, refusal: nil)
        connection.upgrade(owner.link(self, bytesOf: request), handshake, encoding: line.encoding)
        owner.linkSettled(self, at: now)
    }

    package func send(_ utf8: UnsafeRawBufferPointer, at now: ContinuousClock.Instant) throws(SendQueueFull) {
        if case .open(let connection) = state { connection.sendText(utf8) }
    }

    package func wake(at now: ContinuousClock.Instant) {
        guard case .opening(let connection, let request, let deadline, _) = state, deadline <= now else { return }
        connection.cut()
        owner.link(self, gaveUp: request.id, at: now)
        fail(.transportTimedOut, now)
    }

    package func breakOff(_ request: Int, _ error: WireError, at now: ContinuousClock.Instant) {
        guard case .opening(let connection, let upgrade, _, _) = state, upgrade.id == request else { return }
        connection.cut()
        connectionEnded(connection, error, at: now)
    }

    package var webSocketClosed: EventLoopFuture<Void>? {
        if case .open(let connection) = state { return connection.closed }
        return nil
    }

    package func close() {
        switch state {
        case .opening(let connection, let request, _, _):
            connection.cut()
            owner.link(self, gaveUp: request.id, at: .now)
        case .open(let connection):
            connection.closeWebSocket(CloseStatus(code: .normalClosure, reason: ""))
        case .idle, .ended: break
        }
        state = .ended
    }

    package func cut() {
        switch state {
        case .opening(let connection, let request, _, _):
            connection.cut()
            owner.link(self, gaveUp: request.id, at: .now)
        case .open(let connection): connection.cut()
        case .idle, .ended: break
        }
        state = .ended
    }

    private func fail(_ end: SessionEnd, _ now: ContinuousClock.Instant) {
        state = .ended
        owner.link(self, .rawFailed(end), at: now)
        owner.linkSettled(self, at: now)
    }
}

extension RawWebSocketLink: ClientConnectionOwner {
    package func connectionOpened(_ connection: ClientConnection, _ channel: any Channel) {}

    package func connection(
        _ connection: ClientConnection, responded head: ResponseHead, at now: ContinuousClock.Instant
    ) {
        guard case .opening(let connection, let request, let deadline, _) = state else { return }
        state = .opening(connection, request, deadline: deadline, refusal: head.status == 101 ? nil : head.status)
        owner.link(self, answered: request, head, at: now)
    }

    package func connection(
        _ connection: ClientConnection, received body: ByteBuffer, at now: ContinuousClock.Instant
    ) {
        guard case .opening(_, let request, _, _) = state else { return }
        owner.link(self, received: body, of: request, at: now)
    }

    package func connectionCompleted(_ connection: ClientConnection, at now: ContinuousClock.Instant) {
        guard case .opening(_, let request, _, let refusal) = state else { return }
        connection.cut()
        owner.link(self, completed: request, at: now)
        fail(SessionEnd(code: 1006, reason: "http status \(refusal ?? 0)"), now)
    }

    package func connectionUpgraded(_ connection: ClientConnection, at now: ContinuousClock.Instant) {
        guard case .opening(_, let request, _, _) = state else { return }
        state = .open(connection)
        owner.link(self, completed: request, at: now)
        owner.link(self, .rawOpened, at: now)
        owner.linkSettled(self, at: now)
    }

    package func connection(
        _ connection: ClientConnection, received event: WebSocketEvent, at now: ContinuousClock.Instant
    ) {
        guard case .open = state else { return }
        switch event {
        case .text(let bytes), .binary(let bytes): owner.link(self, .rawMessage(bytes), at: now)
        // Messages are asked for as wholes.
        case .ping, .pong, .piece: return
        case .closeReceived, .failed, .ended:
            connection.closeWebSocket(CloseStatus(code: .normalClosure, reason: ""))
            state = .ended
            owner.link(self, .rawEnded(SessionEnd(event)), at: now)
        }
        owner.linkSettled(self, at: now)
    }

    package func connectionEnded(
        _ connection: ClientConnection, _ error: WireError, at now: ContinuousClock.Instant
    ) {
        switch state {
        case .opening(_, let request, _, _):
            owner.link(self, broke: request, error, at: now)
            fail(SessionEnd(code: 1006, reason: "\(error)"), now)
        case .open:
            state = .ended
            owner.link(self, .rawEnded(SessionEnd(code: 1006, reason: "\(error)")), at: now)
            owner.linkSettled(self, at: now)
        case .idle, .ended: break
        }
    }
}
