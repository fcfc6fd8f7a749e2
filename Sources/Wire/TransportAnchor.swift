package import NIOCore

/// Stands in a channel's pipeline between the transport and the protocol, and tells which transport that is. What takes a
/// connection over from its protocol, such as a tunnel, is added right behind it: at the front it would get between the
/// transport's layer and the socket. Where nothing will take it over again, the anchor may go.
package final class TransportAnchor: ChannelInboundHandler, RemovableChannelHandler, Sendable {
    /// Passes by untouched.
    package typealias InboundIn = ByteBuffer

    static let name = "transport-anchor"
    /// One of each kind for all channels, since it knows nothing else of them.
    static let plain = TransportAnchor(.plain)
    static let layered = TransportAnchor(.layered)

    /// What stands below the anchor.
    enum Kind {
        /// The socket.
        case plain
        /// A layer, and below that the socket.
        case layered
    }

    let kind: Kind

    private init(_ kind: Kind) { self.kind = kind }
}

extension ChannelPipeline.SynchronousOperations {
    /// The anchor of a channel, to add a handler `.after` it. Throws SwiftNIO's error for a channel whose transport was
    /// never installed, or that is closed.
    package func transportAnchor() throws -> TransportAnchor { try handler(type: TransportAnchor.self) }
}
