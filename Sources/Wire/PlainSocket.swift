import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The socket of a channel whose transport was declared plain, so that what is written to it is what the peer reads.
/// Nobody else may write beside the pipeline: a layer would be bypassed.
struct PlainSocket {
    #if os(Linux)
        private static let flags = CInt(MSG_DONTWAIT) | CInt(MSG_NOSIGNAL)
    #else
        // SwiftNIO sets SO_NOSIGPIPE.
        private static let flags = CInt(MSG_DONTWAIT)
    #endif

    private let descriptor: NIOBSDSocket.Handle

    /// Nil for a channel that has a layer, or no socket. Throws where no transport was declared, and for a channel that
    /// is closed.
    init?(of channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        guard try pipeline.transportAnchor().kind == .plain else { return nil }
        let handle = try pipeline.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { $0 }
        guard let handle else { return nil }
        descriptor = handle
    }

    /// Writes what the socket takes without waiting; the number of bytes that it took, or -1 for an error. For an active
    /// channel only.
    func write(_ bytes: ByteBuffer) -> Int {
        bytes.withUnsafeReadableBytes { send(descriptor, $0.baseAddress, $0.count, Self.flags) }
    }
}
