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
        let path = target.prefix { $0 != "?" && $0 != "#" }
        var segments = path.split(separator: "/", omittingEmptySubsequences: false)
        if segments.last?.isEmpty == true { segments.removeLast() }
        guard segments.count >= 4, segments[0].isEmpty,
            let transport = Transport(rawValue: String(segments.removeLast()))
        else { return nil }
        let session = segments.removeLast()
        let server = segments.removeLast()
        guard Self.isName(server), Self.isName(session) else { return nil }
        self.init(
            prefix: segments.joined(separator: "/"), server: String(server), session: String(session),
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

    private static func isName(_ segment: Substring) -> Bool { !segment.isEmpty && !segment.contains(".") }
}
