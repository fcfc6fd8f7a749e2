/// What damage is counted in where it is done at a rate. The value names many of them.
package enum DamageUnit: String, Sendable, Hashable, CaseIterable {
    /// A text message of a tunnel, in however many frames. SockJS's frames `o`, `h` and `c` are none, nor is a message of
    /// more than 1 MiB.
    case message = "text messages of tunnels"
    /// A close frame of a tunnel, of either side.
    case closeFrame = "close frames of tunnels"
    /// A request with its answer and the tunnel that it opens.
    case request = "requests"
    /// The body of an answer that the damage can be done to.
    case body = "bodies of answers"
    /// A SockJS session of another transport than WebSocket, by its first request.
    case session = "new SockJS sessions over HTTP"
}
