/// What the two ends of a session promise each other of its messages, over the connections that carry it.
package enum DeliveryPromise: Sendable, Hashable {
    /// A message lives as long as the connection it was sent on: raw WebSockets, and SockJS, whose sessions end with theirs.
    case perConnection
    /// The session outlives its connections, and each message comes once, on whichever.
    case exactlyOnce
    /// The session outlives its connections; what was not seen to arrive may be sent again on the next one, and so may
    /// come once more there: Meteor's methods.
    case atLeastOnce
}
