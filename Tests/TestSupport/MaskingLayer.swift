import NIOCore

/// A transport layer for tests: on the wire every byte is the protocol's, changed by a key. A handler that got below it
/// would see, or send, the wrong bytes.
public final class MaskingLayer: ChannelDuplexHandler, Sendable {
    /// From the socket.
    public typealias InboundIn = ByteBuffer
    /// To the protocol.
    public typealias InboundOut = ByteBuffer
    /// From the protocol.
    public typealias OutboundIn = ByteBuffer
    /// To the socket.
    public typealias OutboundOut = ByteBuffer

    private let key: UInt8

    /// A layer of this key; 0 would change nothing.
    public init(key: UInt8) { self.key = key }

    /// Bytes of the protocol as they are on the wire, and the other way round.
    public static func masked(_ bytes: some Sequence<UInt8>, key: UInt8) -> [UInt8] { bytes.map { $0 ^ key } }

    /// Unmasks what comes.
    public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.fireChannelRead(wrapInboundOut(masked(unwrapInboundIn(data))))
    }

    /// Masks what goes.
    public func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        context.write(wrapOutboundOut(masked(unwrapOutboundIn(data))), promise: promise)
    }

    private func masked(_ bytes: ByteBuffer) -> ByteBuffer {
        var bytes = bytes
        bytes.withUnsafeMutableReadableBytes { raw in
            for index in raw.indices { raw[index] ^= key }
        }
        return bytes
    }
}
