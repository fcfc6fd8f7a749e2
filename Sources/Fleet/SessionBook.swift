import History
import NIOCore
import SockJS
import Synchronization
import Wire

/// What every carrier keeps of its session: who it is, the messages that wait to be taken, and its one end.
final class SessionBook: Sendable {
    /// Most bytes of messages that may wait unread before the session counts as flooded.
    static let unreadLimit = 64 << 20
    private static let messageCost = 64

    let client: VirtualClient
    let session: String
    let epoch: Int
    private let messages = Mailbox<SockJSMessage>(limit: unreadLimit)
    private let state = Mutex<CarrierError?>(nil)

    init(client: VirtualClient, session: String, epoch: Int) {
        self.client = client
        self.session = session
        self.epoch = epoch
    }

    /// How it ended, if it has.
    var end: CarrierError? { state.withLock { $0 } }

    func recordOpened(
        transport: SessionTransport, by response: ResponseReceived?, at now: ContinuousClock.Instant
    ) {
        client.record(
            .sessionOpened(
                SessionOpened(
                    session: session, epoch: epoch, transport: transport, nodeID: response?.nodeID,
                    bootID: response?.bootID)), at: now)
    }

    func recordFrame(
        _ frame: FrameReceived.Kind, bytes: Int, requestID: String?, at now: ContinuousClock.Instant
    ) {
        client.record(
            .frameReceived(
                FrameReceived(session: session, epoch: epoch, requestID: requestID, frame: frame, bytes: bytes)),
            at: now)
    }

    func recordSent(_ message: SockJSMessage, at now: ContinuousClock.Instant) {
        client.record(.messageSent(describe(message)), at: now)
    }

    /// Records messages and lets them be taken; the error says that more wait than there is room for.
    func deliver(_ messages: [SockJSMessage], at now: ContinuousClock.Instant) -> WireError? {
        for message in messages {
            client.record(.messageReceived(describe(message)), at: now)
            guard self.messages.send(message, cost: message.bytes.count + Self.messageCost) else {
                return .tooMuch("expected at most \(Self.unreadLimit >> 20) MiB of messages that nobody has taken")
            }
        }
        return nil
    }

    /// Ends the session, which is recorded once; the error is that of the first end.
    @discardableResult
    func end(_ end: SessionEnd, cause: EndCause, at now: ContinuousClock.Instant) -> CarrierError {
        let error = CarrierError.closed(code: end.code, reason: end.reason)
        let first = state.withLock { state -> CarrierError? in
            defer { state = state ?? error }
            return state
        }
        if let first { return first }
        client.record(
            .sessionClosed(
                SessionClosed(
                    session: session, epoch: epoch, code: end.code, reason: end.reason, cause: cause)), at: now)
        messages.finish(.closed(end.reason))
        return error
    }

    /// A message that waits, if one does; after the last one the end, if it has come.
    func takeReady() throws(CarrierError) -> SockJSMessage? {
        if let message = messages.takeReady() { return message }
        if let end { throw end }
        return nil
    }

    /// The next message, whoever brings it.
    func take(within limit: Duration) async throws(CarrierError) -> SockJSMessage {
        do throws(WireError) {
            return try await messages.next(within: limit, on: client.loop, awaiting: "a message")
        } catch {
            throw end ?? .timedOut
        }
    }

    private func describe(_ message: SockJSMessage) -> Message {
        let excerpt = PayloadDigest.excerpt(of: message.bytes)
        return Message(
            session: session, epoch: epoch, number: NumberedPayload.number(of: excerpt), payload: excerpt,
            bytes: message.bytes.count, digest: PayloadDigest.of(message.bytes))
    }
}
