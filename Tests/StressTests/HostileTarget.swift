import Fleet
import NIOCore
import NIOPosix
import StressResults
import WebSocketCodec
import Wire

@testable import Stress

/// A server that answers each request of a client with what it was told, whatever was asked; and goes on with a chunk as
/// fast as it is read, where it has one.
struct HostileTarget: Sendable {
    /// What it does with a request.
    enum Answer: Sendable {
        /// Nothing at all.
        case silence
        /// These bytes, then the end of the connection.
        case bytes(String)
        /// An upgrade, and these frames again and again.
        case upgrade(then: [UInt8])
        /// A head, and this text again and again.
        case endless(String)
    }

    /// Runs a scenario against it.
    static func stressed(
        _ answer: Answer, _ scenario: StressScenario, rawPath: String? = nil
    ) async throws -> StressResult {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let channel = try await ServerBootstrap(group: group)
            .childChannelOption(.socketOption(.so_sndbuf), value: 65_536)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(HostileHandler(answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        guard let endpoint = Endpoint(channel.localAddress) else { throw ChannelError.operationUnsupported }
        let target = StressResult.Target(name: "hostile", config: "", nodes: [])
        let engine = StressEngine(scenario, target: target, rawPath: rawPath)
        let result = await engine.run(on: .bare(VirtualClient.Target(endpoint: endpoint)))
        try await channel.close()
        try await group.shutdownGracefully()
        return try result.get()
    }
}

private final class HostileHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let answer: HostileTarget.Answer
    private var unread: [UInt8] = []
    private var chunk: ByteBuffer?

    init(_ answer: HostileTarget.Answer) { self.answer = answer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard chunk == nil else { return }
        unread += unwrapInboundIn(data).readableBytesView
        guard let end = unread.firstRange(of: [13, 10, 13, 10]) else { return }
        let head = String(decoding: unread[..<end.upperBound], as: UTF8.self)
        unread = []
        switch answer {
        case .silence: break
        case .bytes(let text):
            context.writeAndFlush(NIOAny(ByteBuffer(string: text)), promise: nil)
            context.close(promise: nil)
        case .upgrade(let frames):
            let line = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("sec-websocket-key:") }
            let accept = HandshakeKey.accept(for: String(line?.dropFirst(18).drop { $0 == " " } ?? ""))
            let text =
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: \(accept)\r\n\r\n"
            context.writeAndFlush(NIOAny(ByteBuffer(string: text)), promise: nil)
            flood(ByteBuffer(bytes: frames), context)
        case .endless(let text):
            context.writeAndFlush(NIOAny(ByteBuffer(string: "HTTP/1.1 200 OK\r\n\r\n")), promise: nil)
            flood(ByteBuffer(string: text), context)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) { pour(context) }

    private func flood(_ chunk: ByteBuffer, _ context: ChannelHandlerContext) {
        guard chunk.readableBytes > 0 else { return }
        self.chunk = chunk
        pour(context)
    }

    private func pour(_ context: ChannelHandlerContext) {
        guard let chunk else { return }
        while context.channel.isWritable, context.channel.isActive {
            context.writeAndFlush(NIOAny(chunk), promise: nil)
        }
    }
}
