import Fleet
import NIOCore
import NIOPosix
import StressResults
import Synchronization
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
        /// An upgrade in the name of a node, and these text frames, once.
        case talk([String])
        /// SockJS's info, and to each poll of a session the next of these bodies; then silence.
        case polls([String])
        /// A head, and this text again and again.
        case endless(String)
    }

    /// Runs a scenario against it.
    static func stressed(
        _ answer: Answer, _ scenario: StressScenario, rawPath: String? = nil
    ) async throws -> StressResult {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let polled = PollCounts()
        let channel = try await ServerBootstrap(group: group)
            .childChannelOption(.socketOption(.so_sndbuf), value: 65_536)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(HostileHandler(answer, polled))
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

/// How many polls each session has made, over all its connections.
private final class PollCounts: Sendable {
    private let counts = Mutex<[Substring: Int]>([:])

    /// The number, from 0, of this poll.
    func next(of path: Substring) -> Int {
        counts.withLock { counts in
            counts[path, default: -1] += 1
            return counts[path] ?? 0
        }
    }
}

private final class HostileHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let answer: HostileTarget.Answer
    private let polled: PollCounts
    private var unread: [UInt8] = []
    private var chunk: ByteBuffer?

    init(_ answer: HostileTarget.Answer, _ polled: PollCounts) {
        self.answer = answer
        self.polled = polled
    }

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
            upgrade(head, context)
            flood(ByteBuffer(bytes: frames), context)
        case .talk(let texts):
            upgrade(head, context)
            for text in texts {
                var frame = ByteBuffer()
                RawFrame(opcode: 1, payload: ByteBuffer(string: text)).write(to: &frame)
                context.writeAndFlush(NIOAny(frame), promise: nil)
            }
        case .polls(let bodies):
            let path = (head.split(separator: " ").dropFirst().first ?? "").prefix { $0 != "?" }
            if path.hasSuffix("/info") { return answer(#"{"websocket":false,"origins":["*:*"],"entropy":1}"#, context) }
            guard path.hasSuffix("/xhr") else { return }
            let number = polled.next(of: path)
            if bodies.indices.contains(number) { answer(bodies[number], context) }
        case .endless(let text):
            context.writeAndFlush(NIOAny(ByteBuffer(string: "HTTP/1.1 200 OK\r\n\r\n")), promise: nil)
            flood(ByteBuffer(string: text), context)
        }
    }

    private func upgrade(_ head: String, _ context: ChannelHandlerContext) {
        let line = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("sec-websocket-key:") }
        let accept = HandshakeKey.accept(for: String(line?.dropFirst(18).drop { $0 == " " } ?? ""))
        let text =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX-Stickler-Node: n1\r\n"
            + "Sec-WebSocket-Accept: \(accept)\r\n\r\n"
        context.writeAndFlush(NIOAny(ByteBuffer(string: text)), promise: nil)
    }

    private func answer(_ body: String, _ context: ChannelHandlerContext) {
        let head = "HTTP/1.1 200 OK\r\nX-Stickler-Node: n1\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
        context.writeAndFlush(NIOAny(ByteBuffer(string: head + body)), promise: nil)
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
