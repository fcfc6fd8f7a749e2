import NIOCore
import SockJS
import Wire

/// Whom a session tells what becomes of it, on its client's loop. The instant is when the bytes came.
protocol SessionListener: AnyObject {
    /// It is open.
    func session(_ session: any LoopSession, opened opening: SessionOpening, at now: ContinuousClock.Instant)
    /// It did not open.
    func session(_ session: any LoopSession, failed failure: OpenFailure, at now: ContinuousClock.Instant)
    /// A message came. The error says that there is no room for it, which ends the session.
    func session(
        _ session: any LoopSession, received message: SockJSMessage, at now: ContinuousClock.Instant
    ) -> WireError?
    /// It was open and is over, whoever ended it.
    func session(_ session: any LoopSession, ended error: CarrierError, at now: ContinuousClock.Instant)
}

/// A session on its client's loop, for that loop alone.
protocol LoopSession: AnyObject {
    /// Begins to open.
    func start(at now: ContinuousClock.Instant)
    /// Sends a text; what an ended session is given is dropped.
    func send(_ text: String, at now: ContinuousClock.Instant)
    /// Ends it from the client's side, or stops opening it; the future tells when its WebSocket is closed.
    func close(at now: ContinuousClock.Instant) -> EventLoopFuture<Void>?
}
