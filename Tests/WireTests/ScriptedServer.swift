import NIOCore
import NIOPosix
import Synchronization
import Wire

/// A server that knows no protocol: at each empty line it sends the next scripted bytes, whatever was asked.
final class ScriptedServer: Sendable {
    /// What a connection is answered.
    struct Script: Sendable {
        /// Bytes for the first empty line, the second, and so on; those of one answer in one write each.
        var answers: [[[UInt8]]]
        /// Whether the connection ends after the last answer (or at the first empty line, without any).
        var closes: Bool
        /// What ends a request.
        var requestEnd: [UInt8] = [13, 10, 13, 10]

        init(_ answers: String..., closes: Bool = false) {
            self.answers = answers.map { [Array($0.utf8)] }
            self.closes = closes
        }

        /// The same with each answer cut into single bytes.
        var bytewise: Script {
            var script = self
            script.answers = answers.map { $0.flatMap { $0.map { [$0] } } }
            return script
        }
    }

    let endpoint: Endpoint
    private let channel: any Channel
    private let seen: Seen

    /// What came from clients, in order of arrival.
    private final class Seen: Sendable {
        let state = Mutex<(bytes: [UInt8], peers: [String])>(([], []))
    }

    private init(channel: any Channel, endpoint: Endpoint, seen: Seen) {
        self.channel = channel
        self.endpoint = endpoint
        self.seen = seen
    }

    static func start(_ script: Script) async throws -> ScriptedServer {
        let seen = Seen()
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let peer = channel.remoteAddress?.ipAddress ?? "?"
                    try channel.pipeline.syncOperations.addHandler(
                        ScriptHandler(script) { bytes in
                            seen.state.withLock { $0.bytes += bytes }
                        })
                    seen.state.withLock { $0.peers.append(peer) }
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        guard let endpoint = Endpoint(channel.localAddress) else { throw ChannelError.operationUnsupported }
        return ScriptedServer(channel: channel, endpoint: endpoint, seen: seen)
    }

    /// All bytes that arrived so far.
    var receivedBytes: [UInt8] { seen.state.withLock { $0.bytes } }

    /// The same as text.
    var received: String { String(decoding: receivedBytes, as: UTF8.self) }

    /// Addresses of the clients, in the order in which they came.
    var peers: [String] { seen.state.withLock { $0.peers } }

    func stop() async throws { try await channel.close() }
}

private final class ScriptHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var answers: ArraySlice<[[UInt8]]>
    private let closes: Bool
    private let requestEnd: [UInt8]
    private let report: @Sendable ([UInt8]) -> Void
    private var unread: [UInt8] = []

    init(_ script: ScriptedServer.Script, _ report: @escaping @Sendable ([UInt8]) -> Void) {
        answers = script.answers[...]
        closes = script.closes
        requestEnd = script.requestEnd
        self.report = report
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = Array(unwrapInboundIn(data).readableBytesView)
        report(bytes)
        unread += bytes
        while let end = unread.firstRange(of: requestEnd) {
            unread.removeSubrange(..<end.upperBound)
            for chunk in answers.popFirst() ?? [] {
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: chunk)), promise: nil)
            }
            if closes, answers.isEmpty { context.close(promise: nil) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

extension ScriptedServer {
    /// Starts a server, runs `body` against it, and stops it.
    static func running<Value>(
        _ script: Script, _ body: (ScriptedServer) async throws -> Value
    ) async throws -> Value {
        let server = try await start(script)
        do {
            let value = try await body(server)
            try await server.stop()
            return value
        } catch {
            try await server.stop()
            throw error
        }
    }

    /// A loop for the client's end.
    static var loop: any EventLoop { MultiThreadedEventLoopGroup.singleton.next() }
}

extension WireError {
    /// Which kind of failure, without its words.
    enum Kind: Sendable { case connectFailed, exhausted, closed, timedOut, malformed, tooMuch, cancelled }

    var kind: Kind {
        switch self {
        case .connectFailed: .connectFailed
        case .exhausted: .exhausted
        case .closed: .closed
        case .timedOut: .timedOut
        case .malformed: .malformed
        case .tooMuch: .tooMuch
        case .cancelled: .cancelled
        }
    }
}
