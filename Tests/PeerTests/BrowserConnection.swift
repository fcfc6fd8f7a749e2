import NIOCore
import NIOPosix
import Wire

/// One connection to the page's server: a request of the page, or bytes that belong to the service behind it.
final class BrowserConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let requestLimit = 1 << 20

    private let page: BrowserPage
    private let target: Endpoint?
    private var received = ByteBuffer()

    init(page: BrowserPage, target: Endpoint?) {
        self.page = page
        self.target = target
    }

    func channelActive(context: ChannelHandlerContext) { context.read() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        received.writeBuffer(&bytes)
        if received.readableBytes > Self.requestLimit {
            context.close(promise: nil)
        } else if let target, let isOurs = startsWithOurPath, !isOurs {
            tunnel(context, to: target)
        } else if let request = BrowserRequest(received) {
            let answer = page.answer(request.method, request.target, request.body) ?? .notFound
            context.writeAndFlush(wrapOutboundOut(answer.bytes)).assumeIsolated().whenComplete { _ in
                context.close(promise: nil)
            }
        } else {
            context.read()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    /// Nil until the path can be told.
    private var startsWithOurPath: Bool? {
        let line = received.readableBytesView.prefix { $0 != UInt8(ascii: "\r") }
        let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
        return parts.count == 3 ? parts[1].starts(with: "/browser/".utf8) : nil
    }

    private func tunnel(_ context: ChannelHandlerContext, to target: Endpoint) {
        let (client, isolated) = (context.channel, NIOLoopBound((self, context), eventLoop: context.eventLoop))
        ClientBootstrap(group: context.eventLoop)
            .channelOption(.autoRead, value: false)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(SpliceHandler(other: client))
                }
            }
            .connect(host: target.host, port: target.port)
            .whenComplete { result in
                let (handler, context) = isolated.value
                switch result {
                case .success(let node): handler.join(context, node)
                case .failure: context.close(promise: nil)
                }
            }
    }

    private func join(_ context: ChannelHandlerContext, _ node: any Channel) {
        do {
            try context.pipeline.syncOperations.addHandler(SpliceHandler(other: node), position: .after(self))
        } catch {
            context.close(promise: nil)
            node.close(promise: nil)
            return
        }
        let client = context.channel
        node.writeAndFlush(received).whenComplete { _ in client.read() }
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
        node.read()
    }
}

extension BrowserConnection: RemovableChannelHandler {}

/// Passes what it reads to another channel and reads on once that has been written.
private final class SpliceHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let other: any Channel

    init(other: any Channel) { self.other = other }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let channel = context.channel
        other.writeAndFlush(unwrapInboundIn(data)).whenComplete { _ in channel.read() }
    }

    func channelInactive(context: ChannelHandlerContext) { other.close(promise: nil) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

/// A request that arrived whole.
private struct BrowserRequest {
    var method: Substring
    var target: Substring
    var body: ByteBuffer

    /// Nil while something is missing.
    init?(_ received: ByteBuffer) {
        let view = received.readableBytesView
        guard let headEnd = view.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: view[..<headEnd.lowerBound], as: UTF8.self)
            .split(separator: "\r\n", omittingEmptySubsequences: false)
        let start = lines[0].split(separator: " ")
        guard start.count == 3 else { return nil }
        let length = lines.dropFirst().compactMap { line -> Int? in
            let field = line.split(separator: ":", maxSplits: 1)
            guard field.count == 2, field[0].lowercased() == "content-length" else { return nil }
            return Int(field[1].drop { $0 == " " })
        }.first
        guard let body = received.getSlice(at: headEnd.upperBound, length: length ?? 0) else { return nil }
        (self.method, self.target, self.body) = (start[0], start[1], body)
    }
}
