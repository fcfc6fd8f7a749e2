import Clocks
import NIOCore
import SockJS
import Wire

/// Whom a session tells what becomes of it, on its client's loop. The instant is when the bytes came.
protocol SessionListener: AnyObject {
    /// It is open.
    func session(_ session: any LoopSession, opened opening: SessionOpening, at now: MonotonicClock.Instant)
    /// It did not open.
    func session(_ session: any LoopSession, failed failure: OpenFailure, at now: MonotonicClock.Instant)
    /// A message came. The error says that there is no room for it, which ends the session.
    func session(
        _ session: any LoopSession, received message: SockJSMessage, at now: MonotonicClock.Instant
    ) -> WireError?
    /// It was open and is over, whoever ended it.
    func session(_ session: any LoopSession, ended error: CarrierError, at now: MonotonicClock.Instant)
}

/// A session on its client's loop, for that loop alone.
protocol LoopSession: AnyObject {
    /// Begins to open.
    func start(at now: MonotonicClock.Instant)
    /// Sends a text; what an ended session is given is dropped.
    func send(_ text: String, at now: MonotonicClock.Instant)
    /// Ends it from the client's side, or stops opening it; the future tells when its WebSocket is closed.
    func close(at now: MonotonicClock.Instant) -> EventLoopFuture<Void>?
}
