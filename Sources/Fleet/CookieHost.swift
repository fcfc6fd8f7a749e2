import NIOCore

/// The host that a browser takes its cookies to be of: that of the URL, and so the one in `Host`.
public struct CookieHost: Sendable, Hashable {
    /// The name or address in lower case, without port and brackets (RFC 6265 §5.1.2).
    public let name: String
    /// Whether it is an address, of which no other host is a part.
    public let isAddress: Bool
    /// Whether it is this machine's own, which browsers trust without TLS: `localhost`, names below it, 127.0.0.0/8
    /// and `::1`. A `Secure` cookie is kept there over http too, by Chromium since 89 and Firefox since 75.
    public let isLoopback: Bool

    /// The host of this value of `Host`.
    public init(_ host: String) {
        var name = host.lowercased()[...]
        if name.hasPrefix("[") {
            name = name.dropFirst().prefix { $0 != "]" }
        } else if name.count(where: { $0 == ":" }) == 1 {
            name = name.prefix { $0 != ":" }
        }
        self.name = String(name)
        let bytes = Self.bytes(ofAddress: self.name)
        isAddress = bytes != nil
        isLoopback = bytes.map(Self.isLoopback) ?? Self.isLocal(name)
    }

    /// Whether a cookie of this `Domain`, in lower case and without a leading dot, is of this host too (§5.1.3).
    func matches(domain: String) -> Bool {
        name == domain || (!isAddress && name.hasSuffix(".\(domain)"))
    }

    private static func isLocal(_ name: Substring) -> Bool {
        let name = name.hasSuffix(".") ? name.dropLast() : name
        return name == "localhost" || name.hasSuffix(".localhost")
    }

    private static func isLoopback(_ address: [UInt8]) -> Bool {
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]
        if address.count == 4 { return address[0] == 127 }
        return address == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
            || address.starts(with: mapped) && address[12] == 127
    }

    private static func bytes(ofAddress text: String) -> [UInt8]? {
        // A text that is no address is a name.
        switch try? SocketAddress(ipAddress: text, port: 0) {
        case .v4(let address): withUnsafeBytes(of: address.address.sin_addr) { Array($0) }
        case .v6(let address): withUnsafeBytes(of: address.address.sin6_addr) { Array($0) }
        case .unixDomainSocket, nil: nil
        }
    }
}
