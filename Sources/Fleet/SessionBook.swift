import Clocks
import History
import SockJS

/// What is recorded of a session of a case.
struct SessionBook: Sendable {
    let client: VirtualClient
    let session: String
    let epoch: Int

    func recordOpened(
        transport: SessionTransport, by response: ResponseReceived?, at now: MonotonicClock.Instant
    ) {
        client.record(
            .sessionOpened(
                SessionOpened(
                    session: session, epoch: epoch, transport: transport, nodeID: response?.nodeID,
                    bootID: response?.bootID)), at: now)
    }

    func recordFrame(
        _ frame: FrameReceived.Kind, bytes: Int, requestID: String?, at now: MonotonicClock.Instant
    ) {
        client.record(
            .frameReceived(
                FrameReceived(session: session, epoch: epoch, requestID: requestID, frame: frame, bytes: bytes)),
            at: now)
    }

    func recordSent(_ message: SockJSMessage, at now: MonotonicClock.Instant) {
        client.record(.messageSent(describe(message)), at: now)
    }

    func recordReceived(_ message: SockJSMessage, at now: MonotonicClock.Instant) {
        client.record(.messageReceived(describe(message)), at: now)
    }

    func recordClosed(_ end: SessionEnd, cause: EndCause, at now: MonotonicClock.Instant) {
        client.record(
            .sessionClosed(
                SessionClosed(session: session, epoch: epoch, code: end.code, reason: end.reason, cause: cause)),
            at: now)
    }

    private func describe(_ message: SockJSMessage) -> Message {
        let excerpt = PayloadDigest.excerpt(of: message.bytes)
        return Message(
            session: session, epoch: epoch, number: NumberedPayload.number(of: excerpt), payload: excerpt,
            bytes: message.bytes.count, digest: PayloadDigest.of(message.bytes))
    }
}
