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

    /// What the path of a request target asks of a session; nil if it is not of one.
    static func transport(of target: String) -> Transport? {
        var target = target
        return target.withUTF8 { Parts($0)?.transport }
    }

    private static func parsed(_ target: UnsafeBufferPointer<UInt8>) -> SessionPath? {
        guard let parts = Parts(target) else { return nil }
        func text(_ range: Range<Int>) -> String { String(decoding: target[range], as: UTF8.self) }
        return SessionPath(
            prefix: text(parts.prefix), server: text(parts.server), session: text(parts.session),
            transport: parts.transport)
    }

    /// Where the segments stand. Bytes, since finding the Characters of a string costs more than all else that a server
    /// does with a request.
    private struct Parts {
        var prefix: Range<Int>
        var server: Range<Int>
        var session: Range<Int>
        var transport: Transport

        init?(_ target: UnsafeBufferPointer<UInt8>) {
            let slash = UInt8(ascii: "/")
            var end = 0
            while end < target.count, target[end] != UInt8(ascii: "?"), target[end] != UInt8(ascii: "#") { end += 1 }
            if end > 0, target[end - 1] == slash { end -= 1 }
            guard end > 0, target[0] == slash, let beforeTransport = Self.lastSlash(in: target, before: end),
                let beforeSession = Self.lastSlash(in: target, before: beforeTransport),
                let beforeServer = Self.lastSlash(in: target, before: beforeSession)
            else { return nil }
            prefix = 0..<beforeServer
            server = beforeServer + 1..<beforeSession
            session = beforeSession + 1..<beforeTransport
            let name = UnsafeBufferPointer(rebasing: target[(beforeTransport + 1)..<end])
            guard Self.isName(target[server]), Self.isName(target[session]), let transport = Transport(bytes: name)
            else { return nil }
            self.transport = transport
        }

        private static func lastSlash(in target: UnsafeBufferPointer<UInt8>, before end: Int) -> Int? {
            var index = end - 1
            while index >= 0, target[index] != UInt8(ascii: "/") { index -= 1 }
            return index < 0 ? nil : index
        }

        private static func isName(_ segment: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
            !segment.isEmpty && !segment.contains(UInt8(ascii: "."))
        }
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
        let alphabet: StaticString = "abcdefghijklmnopqrstuvwxyz012345"
        return String(unsafeUninitializedCapacity: 8) { letters in
            // There are 32 of them, so that the upper five bits of a number draw one.
            for index in 0..<8 { letters[index] = alphabet.utf8Start[Int(generator.next() >> 59)] }
            return 8
        }
    }
}
