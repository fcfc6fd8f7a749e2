package import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// How many connections a listener lets wait to be accepted.
package enum ListenBacklog {
    /// Enough for bursts of clients that are faster than the listener's loop.
    package static let usual: CInt = 1024

    /// Changes it for a listener at work, on its event loop; the kernel leaves connects unanswered that find no place.
    ///
    /// - Throws: what the system says.
    package static func limit(_ listener: any Channel, to count: CInt) throws {
        let failure = try listener.pipeline.syncOperations.withUnsafeTransportIfAvailable {
            (socket: NIOBSDSocket.Handle) in listen(socket, count) == 0 ? 0 : errno
        }
        guard failure == 0 else { throw IOError(errnoCode: failure ?? ENOTSUP, reason: "listen") }
    }
}
