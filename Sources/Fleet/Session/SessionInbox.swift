import Clocks
import NIOCore
import SockJS
import Synchronization
import Wire

/// Puts what becomes of a session where tasks wait for it: how it opened, its messages, and its one end.
final class SessionInbox: SessionListener, Sendable {
    /// Most bytes of messages that may wait unread before the session counts as flooded.
    private static let unreadLimit = 64 << 20
    private static let messageCost = 64

    private let loop: any EventLoop
    private let opening = Mailbox<Result<SessionOpening, OpenFailure>>(limit: 1)
    private let messages = Mailbox<SockJSMessage>(limit: unreadLimit)
    private let end = Mutex<CarrierError?>(nil)

    init(loop: any EventLoop) { self.loop = loop }

    func session(_ session: any LoopSession, opened opening: SessionOpening, at now: MonotonicClock.Instant) {
        self.opening.send(.success(opening))
    }

    func session(_ session: any LoopSession, failed failure: OpenFailure, at now: MonotonicClock.Instant) {
        opening.send(.failure(failure))
    }

    func session(
        _ session: any LoopSession, received message: SockJSMessage, at now: MonotonicClock.Instant
    ) -> WireError? {
        guard messages.send(message, cost: message.bytes.count + Self.messageCost) else {
            return .tooMuch("expected at most \(Self.unreadLimit >> 20) MiB of messages that nobody has taken")
        }
        return nil
    }

    func session(_ session: any LoopSession, ended error: CarrierError, at now: MonotonicClock.Instant) {
        end.withLock { $0 = error }
        messages.finish(.closed("the session has ended"))
    }

    /// How it opened; it has deadlines of its own. Throws when the task is cancelled.
    func opened() async throws(WireError) -> Result<SessionOpening, OpenFailure> {
        try await opening.next(within: .seconds(86_400), on: loop, awaiting: "a session")
    }

    /// A message that waits, if one does; after the last one the end, if it has come.
    func takeReady() throws(CarrierError) -> SockJSMessage? {
        if let message = messages.takeReady() { return message }
        if let end = end.withLock(\.self) { throw end }
        return nil
    }

    /// The next message, whoever brings it.
    func take(within limit: Duration) async -> Result<SockJSMessage, CarrierError> {
        do throws(WireError) {
            return .success(try await messages.next(within: limit, on: loop, awaiting: "a message"))
        } catch {
            return .failure(end.withLock(\.self) ?? .timedOut)
        }
    }
}
