import Wire

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Finds a free port for a program that can't tell which one it took.
enum FreePort {
    /// A port that was free on this IPv4 address a moment ago. The address belongs to one bench alone, so it stays free.
    ///
    /// The socket is bound but never listens: a process that is forked meanwhile holds a copy of it for an instant, and
    /// must neither seem to be the balancer nor stand in its way.
    static func find(on host: String) throws(LabError) -> Endpoint {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw failure(host) }
        defer { close(descriptor) }
        var reuse: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else { throw failure(host) }
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && getsockname(descriptor, address, &length) == 0
            }
        }
        guard isBound else { throw failure(host) }
        return Endpoint(host: host, port: Int(UInt16(bigEndian: address.sin_port)))
    }

    private static func failure(_ host: String) -> LabError {
        .notStarted("no free port on \(host): \(String(cString: strerror(errno)))")
    }
}
