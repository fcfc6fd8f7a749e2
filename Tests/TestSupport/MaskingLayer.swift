package import NIOCore

/// A transport layer for tests: on the wire every byte is the protocol's, changed by a key. A handler that got below it
/// would see, or send, the wrong bytes.
package final class MaskingLayer: ChannelDuplexHandler, Sendable {
    /// From the socket.
    package typealias InboundIn = ByteBuffer
    /// To the protocol.
    package typealias InboundOut = ByteBuffer
    /// From the protocol.
    package typealias OutboundIn = ByteBuffer
    /// To the socket.
    package typealias OutboundOut = ByteBuffer

    private let key: UInt8

    /// A layer of this key; 0 would change nothing.
    package init(key: UInt8) { self.key = key }

    /// Bytes of the protocol as they are on the wire, and the other way round.
    package static func masked(_ bytes: some Sequence<UInt8>, key: UInt8) -> [UInt8] { bytes.map { $0 ^ key } }

    /// Unmasks what comes.
    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.fireChannelRead(wrapInboundOut(masked(unwrapInboundIn(data))))
    }

    /// Masks what goes.
    package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
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
