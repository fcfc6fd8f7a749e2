/// The part of a request target that identifies a SockJS session: `/prefix/server/session/transport`.
package struct SessionURL: Hashable {
    /// The session id; unique by itself (SockJS protocol, session URLs).
    package let session: Substring
    private let transport: Substring

    /// Whether a node sends messages in the answer, so that a session can begin with it.
    package var receivesOverHTTP: Bool { transport != "websocket" && !transport.hasSuffix("_send") }

    static let transports: Set<Substring> = [
        "xhr", "xhr_send", "xhr_streaming", "eventsource", "htmlfile", "jsonp", "jsonp_send", "websocket",
    ]
    /// Longer ids aren't SockJS's, and would let a client fill the table's memory.
    static let maximumSessionLength = 128

    /// Nil when the path isn't that of a session.
    package init?(path: Substring) {
        let segments = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard segments.count >= 5, segments[0].isEmpty,
            Self.transports.contains(Substring(segments[segments.count - 1]))
        else { return nil }
        let (server, session) = (segments[segments.count - 3], segments[segments.count - 2])
        guard !server.isEmpty, !session.isEmpty, !server.contains(UInt8(ascii: ".")),
            !session.contains(UInt8(ascii: ".")), session.count <= Self.maximumSessionLength
        else { return nil }
        self.session = Substring(session)
        transport = Substring(segments[segments.count - 1])
    }
}
