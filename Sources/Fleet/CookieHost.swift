import Glibc

/// The host that a browser takes its cookies to be of: that of the URL, and so the one in `Host`.
package struct CookieHost: Sendable, Hashable {
    /// The name or address in lower case, without port and brackets (RFC 6265 §5.1.2).
    package let name: String
    /// Whether it is an address, of which no other host is a part.
    package let isAddress: Bool
    /// Whether it is this machine's own, which browsers trust without TLS: `localhost`, names below it, 127.0.0.0/8
    /// and `::1`. A `Secure` cookie is kept there over http too, by Chromium since 89 and Firefox since 75.
    package let isLoopback: Bool

    /// The host of this value of `Host`.
    package init(_ host: String) {
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
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 { return Array(bytes[..<4]) }
        return inet_pton(AF_INET6, text, &bytes) == 1 ? bytes : nil
    }
}
