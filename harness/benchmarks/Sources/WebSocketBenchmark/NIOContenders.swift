import NIOCore
import NIOEmbedded
import NIOWebSocket

/// NIOWebSocket's frame handlers in a pipeline, the way they can be had.
enum NIOContenders {
    private final class FrameSink: ChannelInboundHandler {
        typealias InboundIn = WebSocketFrame
        var frames = 0
        var bytes = 0

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let payload = unwrapInboundIn(data).unmaskedData
            frames += 1
            bytes &+= payload.readableBytes &+ Int(payload.getInteger(at: payload.readerIndex, as: UInt8.self) ?? 0)
        }
    }

    private final class ByteSink: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer
        var bytes = 0

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            bytes &+= unwrapOutboundIn(data).readableBytes
            promise?.succeed()
        }
    }

    /// Decodes and unmasks every frame.
    static func decoder(_ traffic: FrameTraffic) throws -> Contender {
        let sink = FrameSink()
        let channel = EmbeddedChannel(handlers: [
            ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: 2 << 20)), sink,
        ])
        return Contender(frames: traffic.frames) {
            let before = sink.frames
            for read in traffic.reads { channel.pipeline.fireChannelRead(read) }
            precondition(sink.frames - before == traffic.frames, "NIOWebSocket lost frames")
            return sink.bytes
        }
    }

    /// Encodes and masks every frame.
    static func encoder(_ traffic: FrameTraffic) throws -> Contender {
        let sink = ByteSink()
        let channel = EmbeddedChannel(handlers: [sink, WebSocketFrameEncoder()])
        return Contender(frames: traffic.frames) {
            for _ in 0..<traffic.frames {
                let frame = WebSocketFrame(
                    fin: true, opcode: .binary, maskKey: traffic.isMasked ? .random() : nil, data: traffic.payload)
                channel.pipeline.write(frame, promise: nil)
            }
            return sink.bytes
        }
    }
}
