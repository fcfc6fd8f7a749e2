package import NIOCore

/// What the bytes of a connection pass through between its protocol and its socket. Declared where the channel is made.
package struct ByteTransport: Sendable {
    /// The bytes of the protocol are those of the socket.
    package static let plain = ByteTransport(makeLayer: nil)

    /// A layer that changes the bytes on their way, such as encryption.
    ///
    /// - Parameter makeLayer: called on the loop of each new channel; takes and gives `ByteBuffer`s both ways. What it
    ///   throws ends the connection.
    package static func layered(
        _ makeLayer: @escaping @Sendable (any Channel) throws -> any ChannelHandler
    ) -> ByteTransport {
        ByteTransport(makeLayer: makeLayer)
    }

    private let makeLayer: (@Sendable (any Channel) throws -> any ChannelHandler)?

    /// Begins the pipeline of a channel with the layer and the ``TransportAnchor``; for its initializer, before any other
    /// handler is added. Call it on the channel's loop. Throws what making the layer throws, and SwiftNIO's error for a
    /// channel that is closed.
    package func install(on channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        if let makeLayer { try pipeline.addHandler(makeLayer(channel)) }
        let anchor = makeLayer == nil ? TransportAnchor.plain : .layered
        try pipeline.addHandler(anchor, name: TransportAnchor.name)
    }
}
