import NIOCore
import Wire

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Holds a port by a socket that is bound but does not listen, so that nobody takes it while a node is down.
///
/// Both this socket and the listener set SO_REUSEADDR, which lets them share the port.
final class PortReservation: Sendable {
    let endpoint: Endpoint
    private let descriptor: CInt

    init(_ wanted: Endpoint) throws {
        let address = try wanted.socketAddress()
        #if canImport(Glibc)
            let type = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        #else
            let type = CInt(SOCK_STREAM)
        #endif
        let descriptor = socket(address.protocol.rawValue, type, 0)
        guard descriptor >= 0 else { throw Self.failure(wanted) }
        do {
            var on: CInt = 1
            setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<CInt>.size))
            let bound = address.withSockAddr { bind(descriptor, $0, socklen_t($1)) }
            guard bound == 0 else { throw Self.failure(wanted) }
            guard let port = Self.port(of: descriptor) else { throw Self.failure(wanted) }
            self.endpoint = Endpoint(host: address.ipAddress ?? wanted.host, port: port)
            self.descriptor = descriptor
        } catch {
            close(descriptor)
            throw error
        }
    }

    deinit { close(descriptor) }

    private static func port(of descriptor: CInt) -> Int? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard result == 0 else { return nil }
        // The port stands at the same place in both families.
        return withUnsafeBytes(of: storage) { Int($0[2]) << 8 | Int($0[3]) }
    }

    private static func failure(_ endpoint: Endpoint) -> NodeError {
        .cannotListen(endpoint, reason: String(cString: strerror(errno)))
    }
}
