/// The URL path of a session: `PREFIX/SERVER/SESSION/TRANSPORT`.
public struct SessionPath: Sendable, Hashable {
    /// The service's path, empty or `/…` without a slash at its end.
    public var prefix: String
    /// Server segment: there for balancers, meaningless to the server.
    public var server: String
    /// Session segment: names the session.
    public var session: String
    /// What is asked of the session.
    public var transport: Transport

    /// The path of a session.
    public init(prefix: String, server: String, session: String, transport: Transport) {
        self.prefix = prefix
        self.server = server
        self.session = session
        self.transport = transport
    }

    /// Reads a request target; nil if it is not of a session. A query and one slash at the end are ignored.
    ///
    /// Whatever stands before the last three segments is the prefix, so compare it with the one expected.
    public init?(parsing target: String) {
        var target = target
        guard let path = target.withUTF8({ Self.parsed($0) }) else { return nil }
        self = path
    }

    // Bytes, since finding the Characters of a string costs more than all else that a server does with a request.
    private static func parsed(_ target: UnsafeBufferPointer<UInt8>) -> SessionPath? {
        let slash = UInt8(ascii: "/")
        var path = target.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        if path.last == slash { path.removeLast() }
        guard path.first == slash, let beforeTransport = path.lastIndex(of: slash),
            let beforeSession = path[..<beforeTransport].lastIndex(of: slash),
            let beforeServer = path[..<beforeSession].lastIndex(of: slash)
        else { return nil }
        func text(_ range: Range<Int>) -> String { String(decoding: path[range], as: UTF8.self) }
        func isName(_ range: Range<Int>) -> Bool { !range.isEmpty && !path[range].contains(UInt8(ascii: ".")) }
        let (server, session) = (beforeServer + 1..<beforeSession, beforeSession + 1..<beforeTransport)
        guard isName(server), isName(session),
            let transport = Transport(rawValue: text(beforeTransport + 1..<path.endIndex))
        else { return nil }
        return SessionPath(
            prefix: text(path.startIndex..<beforeServer), server: text(server), session: text(session),
            transport: transport)
    }

    /// The path of the same session for this transport.
    public func on(_ transport: Transport) -> SessionPath {
        SessionPath(prefix: prefix, server: server, session: session, transport: transport)
    }

    /// The path, without a query.
    public var path: String { "\(prefix)/\(server)/\(session)/\(transport.rawValue)" }

    /// A server segment as clients make it: three digits.
    public static func randomServer(using generator: inout some RandomNumberGenerator) -> String {
        let digits = String(Int.random(in: 0...999, using: &generator))
        return String(repeating: "0", count: 3 - digits.count) + digits
    }

    /// A session segment as clients make it: eight characters of `a` to `z` and `0` to `5`.
    public static func randomSession(using generator: inout some RandomNumberGenerator) -> String {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz012345")
        return String((0..<8).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] })
    }
}
