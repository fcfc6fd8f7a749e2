import Clocks
import Glibc

/// Asks the kernel about an address: is it free to listen on, does something accept there.
struct SocketProbe {
    private let family: Int32
    private let bytes: [UInt8]

    /// Nil when the host is not numeric or the port is out of range.
    init?(_ address: ListenAddress) {
        guard let port = UInt16(exactly: address.port), port > 0 else { return nil }
        var four = sockaddr_in()
        var six = sockaddr_in6()
        if inet_pton(AF_INET, address.host, &four.sin_addr) == 1 {
            four.sin_family = sa_family_t(AF_INET)
            four.sin_port = port.bigEndian
            family = AF_INET
            bytes = withUnsafeBytes(of: &four) { Array($0) }
        } else if inet_pton(AF_INET6, address.host, &six.sin6_addr) == 1 {
            six.sin6_family = sa_family_t(AF_INET6)
            six.sin6_port = port.bigEndian
            family = AF_INET6
            bytes = withUnsafeBytes(of: &six) { Array($0) }
        } else {
            return nil
        }
    }

    /// Whether another socket holds the address.
    ///
    /// Asked before a balancer starts: HAProxy sets SO_REUSEPORT and would share the port with a stranger.
    func isInUse() -> Bool {
        let failure = onSocket { socket, address, length in
            var on: Int32 = 1
            setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
            return bind(socket, address, length) == 0 && listen(socket, 1) == 0 ? 0 : errno
        }
        return failure == EADDRINUSE
    }

    /// Whether a TCP connection is accepted within 50 ms.
    func accepts() -> Bool {
        onSocket { socket, address, length in
            if connect(socket, address, length) == 0 { return 0 }
            guard errno == EINPROGRESS else { return errno }
            var entry = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
            guard poll(&entry, 1, 50) == 1 else { return ETIMEDOUT }
            var failure: Int32 = 0
            var size = socklen_t(MemoryLayout<Int32>.size)
            return getsockopt(socket, SOL_SOCKET, SO_ERROR, &failure, &size) == 0 ? failure : errno
        } == 0
    }

    /// Whether a TCP connection is accepted before so long has passed.
    func accepts(within limit: Duration) async -> Bool {
        let deadline = MonotonicClock.now + limit
        while !accepts() {
            // No event tells that another process begins to listen.
            guard MonotonicClock.now < deadline, (try? await Task.sleep(for: .milliseconds(10))) != nil else {
                return false
            }
        }
        return true
    }

    /// What became of a connection on which nothing was said.
    enum Service {
        /// It was closed, or answered: a process serves it, while the kernel alone accepts for a program that has not come
        /// to serving yet.
        case served
        /// It could not be made.
        case refused
        /// Nothing, for as long as was waited.
        case silent
    }

    /// Connects, ends its side without a word, and waits for what comes, a second at most.
    func service() async -> Service {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(family, type, 0)
        guard descriptor >= 0 else { return .refused }
        defer { close(descriptor) }
        guard withAddress({ connect(descriptor, $0, $1) == 0 || errno == EINPROGRESS }) else { return .refused }
        var hasEnded = false
        // Slices are counted, not the time: between them others may keep this task waiting.
        for _ in 0..<50 where !Task.isCancelled {
            var entry = pollfd(fd: descriptor, events: Int16(hasEnded ? POLLIN : POLLOUT), revents: 0)
            if poll(&entry, 1, 20) == 1 {
                var failure: Int32 = 0
                var size = socklen_t(MemoryLayout<Int32>.size)
                getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &failure, &size)
                if failure == ECONNREFUSED { return .refused }
                // Whoever resets it serves it too, in its way.
                if hasEnded || failure != 0 || shutdown(descriptor, Int32(SHUT_WR)) != 0 { return .served }
                hasEnded = true
            }
            await Task.yield()
        }
        return .silent
    }

    private func onSocket(_ body: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(family, type, 0)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        return withAddress { body(descriptor, $0, $1) }
    }

    private func withAddress<Value>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Value) -> Value {
        bytes.withUnsafeBytes { raw in
            raw.withMemoryRebound(to: sockaddr.self) { addresses in
                guard let address = addresses.baseAddress else {
                    preconditionFailure("an address has bytes")
                }
                return body(address, socklen_t(raw.count))
            }
        }
    }
}
