public import SockJS

/// The client's end of a session on a WebSocket, SockJS framed or raw, for tasks.
public final class WebSocketCarrier: Carrier {
    /// How messages stand in text frames.
    public enum Framing: Sendable, Hashable {
        /// `o`, `h`, `a[…]`, `c[…]`; the session opens with `o`.
        case sockJS
        /// One message a frame; the session opens with the 101.
        case raw
    }

    /// Node that opened it, if it said so.
    public let nodeID: String?
    private let handle: SessionHandle

    init(_ handle: SessionHandle, nodeID: String?) {
        self.handle = handle
        self.nodeID = nodeID
    }

    /// Upgrades and, with SockJS framing, waits for `o`.
    public static func open(
        _ client: VirtualClient, target: String, framing: Framing, session: String, epoch: Int = 1,
        within limit: Duration = .seconds(5)
    ) async -> Result<WebSocketCarrier, OpenFailure> {
        let way: SessionPlan.Way =
            switch framing {
            case .sockJS: .webSocket(target: target, within: limit)
            case .raw: .rawWebSocket(target: target, within: limit)
            }
        return await SessionHandle.open(client, session: session, epoch: epoch, SessionPlan(way)).map {
            WebSocketCarrier($0.handle, nodeID: $0.opening.nodeID)
        }
    }

    /// The client it belongs to.
    public var client: VirtualClient { handle.book.client }
    /// Name of the session in the history.
    public var session: String { handle.book.session }
    /// Which connection of the session this is, from 1.
    public var epoch: Int { handle.book.epoch }

    /// Sends one message; the error says why it was not taken.
    public func send(_ message: String) async throws(CarrierError) { try await send(message: SockJSMessage(message)) }

    /// Sends one message; halves of surrogate pairs go out as escapes, which raw framing has not.
    public func send(message: SockJSMessage) async throws(CarrierError) {
        if let error = await handle.send(message, .init(connection: .fresh, limit: .seconds(10))) { throw error }
    }

    /// The next message; halves of surrogate pairs become U+FFFD.
    public func receive(within limit: Duration) async throws(CarrierError) -> String {
        try await receiveMessage(within: limit).string
    }

    /// The next message as it came.
    public func receiveMessage(within limit: Duration) async throws(CarrierError) -> SockJSMessage {
        try await handle.take(within: limit)
    }

    /// Cuts the TCP connection without a closing handshake.
    public func cut() async { await handle.cut() }

    /// Ends the session from the client's side; returns when the closing handshake is over, or its time.
    public func close() async { await handle.close() }
}
