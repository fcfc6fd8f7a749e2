#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Two numeric addresses of one family, which is all that a header can name.
struct ProxyProtocolAddresses {
    let isSix: Bool
    /// In network order.
    let source: [UInt8]
    let destination: [UInt8]

    /// Nil for names, and for addresses of two families.
    init?(_ source: Endpoint, _ destination: Endpoint) {
        guard let source = Self.bytes(of: source.host), let destination = Self.bytes(of: destination.host),
            source.count == destination.count
        else { return nil }
        isSix = source.count == 16
        (self.source, self.destination) = (source, destination)
    }

    private static func bytes(of host: String) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, host, &bytes) == 1 { return Array(bytes[..<4]) }
        return inet_pton(AF_INET6, host, &bytes) == 1 ? bytes : nil
    }
}
