import NIOCore

/// First handler of a connection that speaks HTTP. It lets the parser see a message no further than to the end of a
/// head, so that what follows an upgrade never gets into the parser; and it holds reads back under back-pressure.
final class MessageGate: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Flow {
        /// To the parser.
        case open
        /// Nowhere: the parser has stopped.
        case held
        /// Nowhere, and they are forgotten.
        case dropped
        /// To the tunnel, unless what is left of the present read is longer than the limit.
        case diverted(TunnelHandler, limit: Int?)
    }

    /// Whether pieces end behind blank lines.
    var splits: Bool
    private var flow = Flow.open
    private var scanner = BlankLineScanner()
    private var waiting = ByteBuffer()
    private var context: ChannelHandlerContext?
    private var readPending = false

    /// Whether bytes already read wait here too while the owner has enough. Not for nodes: the end of their stream,
    /// which may end the answer, must not overtake its last bytes.
    private let holdsBack: Bool

    init(splits: Bool, holdsBack: Bool) {
        self.splits = splits
        self.holdsBack = holdsBack
    }

    /// Whether the owner wants more bytes.
    var wantsMore = true {
        didSet {
            guard wantsMore, !oldValue else { return }
            if case .open = flow { passWaiting() }
            readIfPending()
        }
    }

    private var mayRead: Bool {
        if case .held = flow { return false }
        return wantsMore
    }

    /// Holds back everything that follows the piece being parsed.
    func hold() {
        if case .open = flow { flow = .held }
    }

    /// Lets the parser have what was held and what follows.
    func release() {
        guard case .held = flow else { return }
        flow = .open
        scanner = BlankLineScanner()
        passWaiting()
        readIfPending()
    }

    /// Reads on, but forgets what comes.
    func drop() {
        flow = .dropped
        waiting = ByteBuffer()
        wantsMore = true
        readIfPending()
    }

    /// Sends what is left of the present read to the tunnel, which reads all that follows by itself; returns what was
    /// held. What is left is forgotten if it is longer than the limit.
    func divert(to tunnel: TunnelHandler, limit: Int? = nil) -> ByteBuffer {
        flow = .diverted(tunnel, limit: limit)
        let bytes = waiting
        waiting = ByteBuffer()
        return bytes
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if waiting.readableBytes > 0 { waiting.writeBuffer(&bytes) } else { pass(&bytes) }
    }

    private func passWaiting() {
        guard waiting.readableBytes > 0 else { return }
        var bytes = waiting
        waiting = ByteBuffer()
        pass(&bytes)
        context?.fireChannelReadComplete()
    }

    private func pass(_ bytes: inout ByteBuffer) {
        while bytes.readableBytes > 0 {
            switch flow {
            case .held:
                waiting.writeBuffer(&bytes)
            case .dropped:
                return
            case .diverted(let tunnel, let limit):
                if bytes.readableBytes <= limit ?? .max { tunnel.receiveLeftOver(bytes) }
                return
            case .open where holdsBack && !wantsMore:
                waiting.writeBuffer(&bytes)
            case .open:
                let length = splits ? scanner.pieceLength(bytes.readableBytesView) : bytes.readableBytes
                guard let context, let piece = bytes.readSlice(length: length) else { return }
                context.fireChannelRead(wrapInboundOut(piece))
            }
        }
    }

    func read(context: ChannelHandlerContext) {
        if mayRead { context.read() } else { readPending = true }
    }

    private func readIfPending() {
        guard readPending, mayRead, let context else { return }
        readPending = false
        context.read()
    }
}
