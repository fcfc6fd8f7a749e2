/// The part of a request target that identifies a SockJS session: `/prefix/server/session/transport`.
package struct SessionURL: Hashable {
    /// The session id; unique by itself (SockJS protocol, session URLs).
    package let session: Substring
    /// The server segment, which clients choose at random.
    let server: Substring
    private let transport: Substring

    /// Whether a node sends messages in the answer, so that a session can begin with it.
    package var receivesOverHTTP: Bool { transport != "websocket" && !transport.hasSuffix("_send") }

    private static let transports = [
        "xhr", "xhr_send", "xhr_streaming", "eventsource", "htmlfile", "jsonp", "jsonp_send", "websocket",
    ].map { Array($0.utf8) }
    /// Longer ids aren't SockJS's, and would let a client fill the table's memory.
    static let maximumSessionLength = 128

    /// Nil when the path isn't that of a session.
    package init?(path: Substring) {
        var path = path
        let parts = path.withUTF8 { path in
            Self.places(in: path).map { places in
                (
                    Substring(decoding: path[places.session], as: UTF8.self),
                    Substring(decoding: path[places.server], as: UTF8.self),
                    Substring(decoding: path[places.transport], as: UTF8.self)
                )
            }
        }
        guard let parts else { return nil }
        (session, server, transport) = parts
    }

    /// Where session, server and transport stand: the last two of at least five segments, of which the first is empty.
    private static func places(
        in path: UnsafeBufferPointer<UInt8>
    ) -> (session: Range<Int>, server: Range<Int>, transport: Range<Int>)? {
        guard path.first == UInt8(ascii: "/"), let behindSession = slash(before: path.count, in: path),
            let behindServer = slash(before: behindSession, in: path),
            let beforeServer = slash(before: behindServer, in: path), beforeServer > 0
        else { return nil }
        let (server, session) = (beforeServer + 1..<behindServer, behindServer + 1..<behindSession)
        let transport = behindSession + 1..<path.count
        guard !server.isEmpty, !session.isEmpty, session.count <= maximumSessionLength,
            !path[server].contains(UInt8(ascii: ".")), !path[session].contains(UInt8(ascii: ".")),
            transports.contains(where: { $0.count == transport.count && path[transport].elementsEqual($0) })
        else { return nil }
        return (session, server, transport)
    }

    private static func slash(before end: Int, in path: UnsafeBufferPointer<UInt8>) -> Int? {
        path[..<end].lastIndex(of: UInt8(ascii: "/"))
    }
}
