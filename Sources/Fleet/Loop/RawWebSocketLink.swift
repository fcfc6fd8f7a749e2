package import Clocks
package import NIOCore
package import SockJS
package import WebSocketCodec
package import Wire

/// A session on a WebSocket without framing: a text frame is a message, and it is open with the 101.
package final class RawWebSocketLink: ClientLink {
    private enum State {
        case idle
        case opening(Opening)
        case open(ClientConnection)
        case ended
    }

    /// An upgrade under way; a class, so that the state is small while messages come.
    private final class Opening {
        let connection: ClientConnection
        let request: LinkRequest
        let deadline: MonotonicClock.Instant
        /// The status that came instead of a 101.
        var refusal: Int?

        init(_ connection: ClientConnection, _ request: LinkRequest, deadline: MonotonicClock.Instant) {
            self.connection = connection
            self.request = request
            self.deadline = deadline
        }
    }

    private let line: LinkLine
    private let source: String?
    private let target: String
    private let limit: Duration
    private unowned let owner: any ClientLinkOwner
    // Unchecked, for the price of each message: used on its loop, and read or set at once.
    @exclusivity(unchecked) private var state = State.idle

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

    package var wakeAt: MonotonicClock.Instant? {
        if case .opening(let opening) = state { return opening.deadline }
        return nil
    }

    package var isHeldUp: Bool {
        if case .open(let connection) = state { return connection.isHeldUp }
        return false
    }

    package func start(at now: MonotonicClock.Instant) {
        guard case .idle = state else { return }
        let handshake = ClientHandshake(deflateOffers: line.deflateOffers)
        let request = LinkRequest.upgrade(id: 1, target: target, handshake)
        let connection = line.open(from: source, forUpgrade: true, self)
        state = .opening(Opening(connection, request, deadline: now + limit))
        connection.upgrade(owner.link(self, bytesOf: request), handshake, encoding: line.encoding)
        owner.linkSettled(self, at: now)
    }

    package func send(_ utf8: UnsafeRawBufferPointer, at now: MonotonicClock.Instant) throws(SendQueueFull) {
        if case .open(let connection) = state { connection.sendText(utf8) }
    }

    package func wake(at now: MonotonicClock.Instant) {
        guard case .opening(let opening) = state, opening.deadline <= now else { return }
        opening.connection.cut()
        owner.link(self, gaveUp: opening.request.id, at: now)
        fail(.transportTimedOut, now)
    }

    package func breakOff(_ request: Int, _ error: WireError, at now: MonotonicClock.Instant) {
        guard case .opening(let opening) = state, opening.request.id == request else { return }
        opening.connection.cut()
        connectionEnded(opening.connection, error, at: now)
    }

    package var webSocketClosed: EventLoopFuture<Void>? {
        if case .open(let connection) = state { return connection.closed }
        return nil
    }

    package func close() {
        switch state {
        case .opening(let opening):
            opening.connection.cut()
            owner.link(self, gaveUp: opening.request.id, at: .now)
        case .open(let connection):
            connection.closeWebSocket(CloseStatus(code: .normalClosure, reason: ""))
        case .idle, .ended: break
        }
        state = .ended
    }

    package func cut() {
        switch state {
        case .opening(let opening):
            opening.connection.cut()
            owner.link(self, gaveUp: opening.request.id, at: .now)
        case .open(let connection): connection.cut()
        case .idle, .ended: break
        }
        state = .ended
    }

    private func fail(_ end: SessionEnd, _ now: MonotonicClock.Instant) {
        state = .ended
        owner.link(self, .rawFailed(end), at: now)
        owner.linkSettled(self, at: now)
    }
}

extension RawWebSocketLink: ClientConnectionOwner {
    package func connectionOpened(_ connection: ClientConnection, _ channel: any Channel) {}

    package func connection(
        _ connection: ClientConnection, responded head: ResponseHead, at now: MonotonicClock.Instant
    ) {
        guard case .opening(let opening) = state else { return }
        opening.refusal = head.status == 101 ? nil : head.status
        owner.link(self, answered: opening.request, head, at: now)
    }

    package func connection(
        _ connection: ClientConnection, received body: ByteBuffer, at now: MonotonicClock.Instant
    ) {
        guard case .opening(let opening) = state else { return }
        owner.link(self, received: body, of: opening.request, at: now)
    }

    package func connectionCompleted(_ connection: ClientConnection, at now: MonotonicClock.Instant) {
        guard case .opening(let opening) = state else { return }
        connection.cut()
        owner.link(self, completed: opening.request, at: now)
        fail(SessionEnd(code: 1006, reason: "http status \(opening.refusal ?? 0)"), now)
    }

    package func connectionUpgraded(_ connection: ClientConnection, at now: MonotonicClock.Instant) {
        guard case .opening(let opening) = state else { return }
        state = .open(connection)
        owner.link(self, completed: opening.request, at: now)
        owner.link(self, .rawOpened, at: now)
        owner.linkSettled(self, at: now)
    }

    package func connection(
        _ connection: ClientConnection, received event: WebSocketEvent, at now: MonotonicClock.Instant
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
        _ connection: ClientConnection, _ error: WireError, at now: MonotonicClock.Instant
    ) {
        switch state {
        case .opening(let opening):
            owner.link(self, broke: opening.request, error, at: now)
            fail(SessionEnd(code: 1006, reason: "\(error)"), now)
        case .open:
            state = .ended
            owner.link(self, .rawEnded(SessionEnd(code: 1006, reason: "\(error)")), at: now)
            owner.linkSettled(self, at: now)
        case .idle, .ended: break
        }
    }
}
