import NIOCore
import NIOHTTP1
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What an error of the system or of SwiftNIO means, in words for people: their own descriptions name descriptors and
/// Swift types.
package func systemWords(_ error: any Error) -> String {
    switch error {
    case let error as IOError: String(cString: strerror(error.errnoCode))
    case let error as SocketAddressError.UnknownHost:
        "the name \(error.host) can't be resolved: \(error.errorDescription)"
    case let error as NIOConnectionError:
        error.connectionErrors.last.map { systemWords($0.error) } ?? "the name \(error.host) can't be resolved"
    case is SocketAddressError: "it is not an address that can be used"
    case ChannelError.connectTimeout: "the connection could not be made in time"
    case is ChannelError: "the connection is closed"
    case HTTPParserError.invalidEOFState: "the peer closed the connection in the middle of an answer"
    case let error as HTTPParserError: "the answer is not HTTP/1.1: \(error.debugDescription)"
    case is NIOHTTPDecoderError: "an answer came that nobody had asked for"
    case is CancellationError: "the run was interrupted"
    default: "\(error)"
    }
}

/// Whether this process or the machine has no descriptor or buffer left: our own trouble, whoever the peer is.
package func isShortage(_ error: any Error) -> Bool {
    switch error {
    case let error as IOError: [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(error.errnoCode)
    case let error as NIOConnectionError: error.connectionErrors.contains { isShortage($0.error) }
    default: false
    }
}
