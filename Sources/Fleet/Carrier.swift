import History

/// What carries the application's messages: a SockJS session on one of its transports, or a raw WebSocket.
public protocol Carrier: Sendable {
    /// The client it belongs to.
    var client: VirtualClient { get }
    /// Name of the session in the history.
    var session: String { get }
    /// Which connection of the session this is, from 1.
    var epoch: Int { get }
    /// Node that opened it, if it said so.
    var nodeID: String? { get }

    /// Sends one message; the error says why it was not taken.
    func send(_ message: String) async throws(CarrierError)
    /// The next message.
    func receive(within limit: Duration) async throws(CarrierError) -> String
    /// Ends the session from the client's side.
    func close() async
}

/// Why a session can't go on.
public enum CarrierError: Error, Hashable, Sendable {
    /// It ended with this close code and reason.
    case closed(code: Int, reason: String)
    /// Nothing came within our deadline; the session may still live.
    case timedOut
}

extension Carrier {
    func recordSent(_ payload: String) { client.record(.messageSent(message(payload))) }
    func recordReceived(_ payload: String) { client.record(.messageReceived(message(payload))) }

    func recordClosed(code: Int, reason: String, byClient: Bool) {
        client.record(
            .sessionClosed(
                SessionClosed(session: session, epoch: epoch, code: code, reason: reason, byClient: byClient)))
    }

    private func message(_ payload: String) -> Message {
        Message(
            session: session, epoch: epoch, number: NumberedPayload.number(of: payload),
            payload: PayloadDigest.excerpt(of: payload.utf8), bytes: payload.utf8.count,
            digest: PayloadDigest.of(payload.utf8))
    }
}
