package import NIOCore

/// A numeric TCP address: `127.0.0.1:7001` or `[::1]:7001`.
package struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    /// IPv4 or IPv6 address, without brackets.
    package var host: String
    /// Port; 0 asks the system for a free one.
    package var port: Int

    /// An address.
    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `HOST:PORT`, where HOST is a numeric address (IPv6 in brackets), `localhost` or a name, and PORT is 0 to
    /// 65535.
    package init(parsing text: String) throws(EndpointError) {
        guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")) else { throw EndpointError(text: text) }
        let digits = text.utf8[colon...].dropFirst()
        guard (1...5).contains(digits.count), digits.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains),
            let port = Int(String(decoding: digits, as: UTF8.self)), port <= 65_535
        else { throw EndpointError(text: text) }
        var host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = host.dropFirst().dropLast() }
        // Without brackets a colon leaves open where the address ends; all else would reach `Host` fields.
        guard !host.isEmpty, host.utf8.allSatisfy(Self.isHostByte), host.contains(":") == isBracketed else {
            throw EndpointError(text: text)
        }
        self.init(host: host == "localhost" ? "127.0.0.1" : String(host), port: port)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: [UInt8](".-_:%".utf8).contains(byte)
        }
    }

    /// The address a bound or connected socket has; nil for a socket without one.
    package init?(_ address: SocketAddress?) {
        guard let address, let host = address.ipAddress, let port = address.port else { return nil }
        self.init(host: host, port: port)
    }

    /// The socket address; resolves a name, which may block.
    package func socketAddress() throws -> SocketAddress {
        if let numeric = try? SocketAddress(ipAddress: host, port: port) { return numeric }
        return try SocketAddress.makeAddressResolvingHost(host, port: port)
    }

    /// In words, for people.
    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// A text that is not an address.
package struct EndpointError: Error, Hashable, CustomStringConvertible {
    /// The text.
    package var text: String
    /// In words, for people.
    package var description: String {
        "\"\(text)\" is not an address; write HOST:PORT, for example 127.0.0.1:8080 (port 0 takes a free one)"
    }
}
