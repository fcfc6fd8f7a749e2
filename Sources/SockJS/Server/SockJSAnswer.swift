/// What a server does with a request.
public enum SockJSAnswer: Sendable, Hashable {
    /// Answer it so.
    case respond(SockJSResponse)
    /// Attach this receiver to the session, which is opened if there is none. `head` goes out together with the first
    /// piece that the session writes, as Node.js sends it: a poll that waits has no byte of its answer yet.
    case receive(session: String, head: SessionResponse, encoding: ReceiverEncoding)
    /// Hand the messages to the session if it exists.
    case deliver([SockJSMessage], session: String, known: SessionResponse, unknown: SessionResponse)
    /// Evaluate a WebSocket handshake; without a session the messages are not framed.
    case webSocket(session: String?)
}
