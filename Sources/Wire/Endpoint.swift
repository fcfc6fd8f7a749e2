import NIOCore

/// A numeric TCP address: `127.0.0.1:7001` or `[::1]:7001`.
public struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    /// IPv4 or IPv6 address, without brackets.
    public var host: String
    /// Port; 0 asks the system for a free one.
    public var port: Int

    /// An address.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `HOST:PORT`, where HOST is a numeric address, `localhost` or a name, and PORT is 0 to 65535.
    public init(parsing text: String) throws(EndpointError) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else { throw EndpointError(text: text) }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard !host.isEmpty, !host.contains("/"), !host.contains(" ") else { throw EndpointError(text: text) }
        self.init(host: host == "localhost" ? "127.0.0.1" : host, port: port)
    }

    /// The address a bound or connected socket has; nil for a socket without one.
    public init?(_ address: SocketAddress?) {
        guard let address, let host = address.ipAddress, let port = address.port else { return nil }
        self.init(host: host, port: port)
    }

    /// The socket address; resolves a name, which may block.
    public func socketAddress() throws -> SocketAddress {
        if let numeric = try? SocketAddress(ipAddress: host, port: port) { return numeric }
        return try SocketAddress.makeAddressResolvingHost(host, port: port)
    }

    /// In words, for people.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// A text that is not an address.
public struct EndpointError: Error, Hashable, CustomStringConvertible {
    /// The text.
    public var text: String
    /// In words, for people.
    public var description: String {
        "\"\(text)\" is not an address; write HOST:PORT, for example 127.0.0.1:8080 (port 0 takes a free one)"
    }
}
