import Clocks
import NIOCore
import WebSocketCodec

/// Puts what a ``ClientConnection`` tells where tasks wait for it: whole answers, or the events of a
/// WebSocket. For the connection's loop alone.
final class ResponseInbox: ClientConnectionOwner {
    /// The connection, from when it begins to connect.
    var connection: ClientConnection?
    /// Takes the events of the WebSocket; nil while none was asked for.
    var webSocket: Mailbox<WebSocketEvent>?
    private let responses: Mailbox<ClientResponse>
    private var opened: EventLoopPromise<any Channel>?
    private var head: ResponseHead?
    private var body = ByteBuffer()
    private var isWebSocket = false

    init(_ responses: Mailbox<ClientResponse>, opened: EventLoopPromise<any Channel>) {
        self.responses = responses
        self.opened = opened
    }

    func connectionOpened(_ connection: ClientConnection, _ channel: any Channel) {
        opened?.succeed(channel)
        opened = nil
    }

    func connection(
        _ connection: ClientConnection, responded head: ResponseHead, at now: MonotonicClock.Instant
    ) {
        self.head = head
        body = ByteBuffer()
    }

    func connection(
        _ connection: ClientConnection, received body: ByteBuffer, at now: MonotonicClock.Instant
    ) {
        self.body.writeImmutableBuffer(body)
    }

    func connectionCompleted(_ connection: ClientConnection, at now: MonotonicClock.Instant) {
        send(keepsAlive: connection.isReusable)
    }

    func connectionUpgraded(_ connection: ClientConnection, at now: MonotonicClock.Instant) {
        isWebSocket = true
        send(keepsAlive: true)
    }

    func connection(
        _ connection: ClientConnection, received event: WebSocketEvent, at now: MonotonicClock.Instant
    ) {
        webSocket?.send(event, cost: event.cost)
    }

    func connectionEnded(
        _ connection: ClientConnection, _ error: WireError, at now: MonotonicClock.Instant
    ) {
        opened?.fail(error)
        opened = nil
        responses.finish(error)
        if isWebSocket { webSocket?.finish(error) }
        self.connection = nil
    }

    private func send(keepsAlive: Bool) {
        guard let head else { return }
        self.head = nil
        let response = ClientResponse(
            status: head.status, headers: head.allFields, body: body, keepsAlive: keepsAlive)
        responses.send(response, cost: HTTPConnection.answerCost + body.readableBytes)
        body = ByteBuffer()
    }
}

extension WebSocketEvent {
    fileprivate var cost: Int {
        switch self {
        case .text(let bytes), .binary(let bytes), .ping(let bytes), .pong(let bytes): bytes.readableBytes + 64
        case .piece(let piece): piece.bytes.readableBytes + 64
        case .closeReceived, .failed, .ended: 64
        }
    }
}
