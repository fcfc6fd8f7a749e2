import NIOCore

/// First handler of a node's connection above its transport. It lets the parser see an answer no further than to the end
/// of a head where that may be a 101, so that the tunnel's first bytes never get into the parser; and it holds reads back
/// under back-pressure.
final class MessageGate: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Flow {
        /// To the parser.
        case open
        /// To the tunnel, unless what is left of the present read is longer than the limit.
        case diverted(TunnelHandler, limit: Int?)
    }

    /// Whether pieces end behind blank lines.
    var splits = false
    private var flow = Flow.open
    private var scanner = BlankLineScanner()
    private var context: ChannelHandlerContext?
    private var readPending = false

    /// Whether the owner wants more bytes. Those already read go on: the end of the stream, which may end the answer,
    /// must not overtake its last bytes.
    var wantsMore = true {
        didSet {
            guard wantsMore, readPending, let context else { return }
            readPending = false
            context.read()
        }
    }

    /// Sends what is left of the present read to the tunnel, which reads all that follows by itself. What is left is
    /// forgotten if it is longer than the limit.
    func divert(to tunnel: TunnelHandler, limit: Int? = nil) { flow = .diverted(tunnel, limit: limit) }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        while bytes.readableBytes > 0 {
            switch flow {
            case .diverted(let tunnel, let limit):
                if bytes.readableBytes <= limit ?? .max { tunnel.receiveLeftOver(bytes) }
                return
            case .open:
                let length = splits ? scanner.pieceLength(bytes.readableBytesView) : bytes.readableBytes
                guard let piece = bytes.readSlice(length: length) else { return }
                context.fireChannelRead(wrapInboundOut(piece))
            }
        }
    }

    func read(context: ChannelHandlerContext) {
        if wantsMore { context.read() } else { readPending = true }
    }
}
