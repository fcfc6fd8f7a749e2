import Fleet
import History
import NIOCore
import NIOPosix
import Testing
import WebSocketCodec
import Wire

/// What a flooding server sends: an opening, then one chunk again and again, as fast as it is read, until the client
/// closes.
struct Flood: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var opening: [UInt8]
    var chunk: [UInt8]

    /// A flood of this name.
    init(_ name: String, _ opening: [UInt8], _ chunk: [UInt8]) {
        self.testDescription = name
        self.opening = opening
        self.chunk = chunk
    }

    init(_ name: String, _ opening: String, _ chunk: String) {
        self.init(name, Array(opening.utf8), Array(chunk.utf8))
    }

    /// Runs a server that answers the first request of each connection so. Server and client have a loop each of their
    /// own, so that other tests keep theirs.
    func running<Value>(_ body: (VirtualClient, HistoryRecorder) async throws -> Value) async throws -> Value {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let outcome: Result<Value, any Error>
        do {
            outcome = .success(try await running(on: group, body))
        } catch {
            outcome = .failure(error)
        }
        try await group.shutdownGracefully()
        return try outcome.get()
    }

    private func running<Value>(
        on group: MultiThreadedEventLoopGroup, _ body: (VirtualClient, HistoryRecorder) async throws -> Value
    ) async throws -> Value {
        let channel = try await ServerBootstrap(group: group)
            .childChannelOption(.socketOption(.so_sndbuf), value: 65_536)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(FloodHandler(self))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        guard let endpoint = Endpoint(channel.localAddress) else { throw ChannelError.operationUnsupported }
        let recorder = HistoryRecorder()
        let client = VirtualClient(
            name: "c", target: .init(endpoint: endpoint), source: nil, seed: 1,
            loop: group.next(), recorder: recorder)
        do {
            let value = try await body(client, recorder)
            try await channel.close()
            return value
        } catch {
            try await channel.close()
            throw error
        }
    }
}

private final class FloodHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let opening: [UInt8]
    private let chunk: ByteBuffer
    private var unread: [UInt8] = []
    private var isFlooding = false

    init(_ flood: Flood) {
        opening = flood.opening
        chunk = ByteBuffer(bytes: flood.chunk)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isFlooding else { return }
        unread += unwrapInboundIn(data).readableBytesView
        guard let end = unread.firstRange(of: [13, 10, 13, 10]) else { return }
        isFlooding = true
        let head = String(decoding: unread[..<end.upperBound], as: UTF8.self)
        let key = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("sec-websocket-key:") }
        let accept = HandshakeKey.accept(for: String(key?.dropFirst(18).drop { $0 == " " } ?? ""))
        var bytes = opening
        if let place = bytes.firstRange(of: Array(AnsweringServer.Answer.placeholder.utf8)) {
            bytes.replaceSubrange(place, with: Array(accept.utf8))
        }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
        flood(context)
    }

    private func flood(_ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(chunk)).assumeIsolated().whenSuccess { [self] in
            // A round of the loop between two chunks, since a loop of its own would starve the others.
            context.eventLoop.assumeIsolated().execute { [self] in flood(context) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
