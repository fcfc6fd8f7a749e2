package import NIOCore
package import WebSocketCodec

/// The client's end of a WebSocket after its handshake, for tasks.
package final class WebSocketChannel: Sendable {
    /// Most payload bytes that may wait unread before the connection counts as flooded.
    package static let unreadLimit = 64 << 20

    let events = Mailbox<WebSocketEvent>(limit: unreadLimit)
    private let channel: any Channel
    private let inbox: NIOLoopBound<ResponseInbox>

    init(channel: any Channel, inbox: NIOLoopBound<ResponseInbox>) {
        self.channel = channel
        self.inbox = inbox
    }

    /// Sends a text message; what the connection no longer takes is dropped, and its end comes as an event.
    package func send(text: String) {
        command { try $0.sendText(text) }
    }

    /// Sends a binary message, as ``send(text:)`` does.
    package func send(binary: ByteBuffer) {
        command { try $0.sendBinary(binary) }
    }

    /// Sends a ping, as ``send(text:)`` does.
    package func ping(_ payload: ByteBuffer = .init()) {
        command { try $0.sendPing(payload) }
    }

    /// Starts the closing handshake; the end comes as an event.
    package func close(_ status: CloseStatus?) {
        command { $0.close(status) }
    }

    /// Ends the TCP connection without a closing handshake.
    package func abort() async {
        // A channel that is closed already fails this, which is what we want of it.
        try? await channel.close().get()
    }

    /// The next event; pings are answered already. After `.ended` or `.failed` it throws `closed`.
    package func nextEvent(within limit: Duration) async throws(WireError) -> WebSocketEvent {
        try await events.next(within: limit, on: channel.eventLoop, awaiting: "a WebSocket message")
    }

    private func command(_ act: @escaping @Sendable (inout WebSocketConnection) throws -> Void) {
        channel.eventLoop.execute { [inbox] in
            // Whoever sends learns of the end from the events, where it stands behind what came before it.
            inbox.value.connection?.command { codec in try? act(&codec) }
        }
    }
}
