import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing
import Wire

@testable import StickyProxy

/// A node that answers `GET /health` with 200, an upgrade with 101, `/unanswered` never, and everything else with its name.
final class TestNode: Sendable {
    struct Record: Sendable {
        var head: HTTPRequestHead
        var body: String
    }

    let id: String
    let endpoint: Endpoint
    private let listener: any Channel
    private let shared: Shared

    final class Shared: Sendable {
        let records = NIOLockedValueBox<[Record]>([])
        let isHung = NIOLockedValueBox(false)
        let arrivals = AsyncStream.makeStream(of: String.self)
        let channels = NIOLockedValueBox<[any Channel]>([])
    }

    var proxyNode: ProxyNode { ProxyNode(id: id, endpoint: endpoint) }
    var records: [Record] { shared.records.withLockedValue { $0 } }
    var connections: Int { shared.channels.withLockedValue(\.count) }

    static func start(_ id: String, port: Int = 0, headers: HTTPHeaders = [:], status: Int = 200) async throws
        -> TestNode
    {
        let shared = Shared()
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withPipeliningAssistance: false)
                    try channel.pipeline.syncOperations.addHandler(
                        Responder(id: id, headers: headers, status: status, shared: shared))
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
        return TestNode(
            id: id, listener: listener, endpoint: try #require(Endpoint(listener.localAddress)), shared: shared)
    }

    private init(id: String, listener: any Channel, endpoint: Endpoint, shared: Shared) {
        self.id = id
        self.listener = listener
        self.endpoint = endpoint
        self.shared = shared
    }

    /// From now on accepts and doesn't answer.
    func hang() { shared.isHung.withLockedValue { $0 = true } }

    /// Waits for a request of this target; may be called once.
    func requested(_ uri: String) async {
        for await arrived in shared.arrivals.stream where arrived == uri { return }
    }

    /// Closes the listener and every connection.
    func kill() async {
        try? await listener.close()
        for channel in shared.channels.withLockedValue({ $0 }) { try? await channel.close() }
    }

    private final class Responder: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart
        let id: String
        let headers: HTTPHeaders
        let status: Int
        let shared: Shared
        private var head: HTTPRequestHead?
        private var body = ""

        init(id: String, headers: HTTPHeaders, status: Int, shared: Shared) {
            (self.id, self.headers, self.status, self.shared) = (id, headers, status, shared)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                self.head = head
                body = ""
            case .body(let bytes): body += String(buffer: bytes)
            case .end:
                guard let head else { return }
                let isProbe = head.uri == "/health"
                if !isProbe {
                    let record = Record(head: head, body: body)
                    shared.records.withLockedValue { $0.append(record) }
                    let channel = context.channel
                    shared.channels.withLockedValue {
                        if !$0.contains(where: { $0 === channel }) { $0.append(channel) }
                    }
                }
                shared.arrivals.continuation.yield(head.uri)
                if shared.isHung.withLockedValue({ $0 }) || head.uri == "/unanswered" { return }
                if head.headers.contains(name: "upgrade") {
                    let switching = HTTPResponseHead(
                        version: .http1_1, status: .switchingProtocols,
                        headers: ["Upgrade": "websocket", "Connection": "Upgrade"])
                    context.writeAndFlush(wrapOutboundOut(.head(switching)), promise: nil)
                    return
                }
                var fields = headers
                fields.add(name: "Content-Length", value: String(id.utf8.count))
                let status = HTTPResponseStatus(statusCode: isProbe ? 200 : status)
                context.write(
                    wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: fields))),
                    promise: nil)
                context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: id)))), promise: nil)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
