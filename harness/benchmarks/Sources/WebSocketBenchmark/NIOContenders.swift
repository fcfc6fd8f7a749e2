import NIOCore
import NIOEmbedded
import NIOWebSocket

/// NIOWebSocket's frame handlers in a pipeline, the way they can be had.
enum NIOContenders {
    private final class FrameSink: ChannelInboundHandler {
        typealias InboundIn = WebSocketFrame
        let traffic: FrameTraffic
        var frames = 0
        var bytes = 0
        var checksContent = true

        init(_ traffic: FrameTraffic) { self.traffic = traffic }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let payload = unwrapInboundIn(data).unmaskedData
            if checksContent { precondition(payload == traffic.payload, "NIOWebSocket changed a payload") }
            frames += 1
            bytes &+= payload.readableBytes
        }
    }

    /// Their decoder without `ByteToMessageHandler`. It hands frames to the next handler of a pipeline and to nothing
    /// else, so this is the least it can be driven with.
    private final class BareDecoder: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias InboundOut = WebSocketFrame
        private var decoder = WebSocketFrameDecoder(maxFrameSize: 2 << 20)
        private var pending = ByteBuffer()

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var read = unwrapInboundIn(data)
            if pending.readableBytes == 0 {
                pending = read
            } else {
                pending.writeBuffer(&read)
            }
            do {
                while pending.readableBytes > 0,
                    try decoder.decode(context: context, buffer: &pending) == .continue
                {}
            } catch {
                preconditionFailure("valid traffic, but \(error)")
            }
            if pending.readableBytes == 0 { pending = ByteBuffer() }
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

    /// Decodes and unmasks every frame with `ByteToMessageHandler`, as their documentation has it.
    static func decoder(_ traffic: FrameTraffic) -> Contender {
        decoder(traffic, ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: 2 << 20)))
    }

    /// Decodes and unmasks every frame with the decoder alone.
    static func bareDecoder(_ traffic: FrameTraffic) -> Contender {
        decoder(traffic, BareDecoder())
    }

    private static func decoder(_ traffic: FrameTraffic, _ handler: any ChannelHandler) -> Contender {
        let sink = FrameSink(traffic)
        let channel = EmbeddedChannel(handlers: [handler, sink])
        let contender = Contender(frames: traffic.frames) {
            let before = sink.frames
            for read in traffic.reads { channel.pipeline.fireChannelRead(read) }
            precondition(sink.frames - before == traffic.frames, "NIOWebSocket lost frames")
            return sink.bytes
        }
        _ = contender.run()
        sink.checksContent = false
        return contender
    }

    /// Encodes and masks every frame.
    static func encoder(_ traffic: FrameTraffic) -> Contender {
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
