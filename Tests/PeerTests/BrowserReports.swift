import Foundation
import NIOCore
import NIOPosix
import Wire

/// Takes what pages post: one JSON text per request.
final class BrowserReports: Sendable {
    let results: AsyncStream<BrowserResult>
    let endpoint: Endpoint
    private let listener: any Channel

    static func start() async throws -> BrowserReports {
        let (results, continuation) = AsyncStream.makeStream(of: BrowserResult.self)
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Receiver(continuation))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return BrowserReports(results: results, listener: listener)
    }

    private init(results: AsyncStream<BrowserResult>, listener: any Channel) {
        self.results = results
        self.listener = listener
        self.endpoint = Endpoint(listener.localAddress) ?? Endpoint(host: "127.0.0.1", port: 0)
    }

    func stop() async throws { try await listener.close().get() }

    /// One request on a connection, answered 204; what can't be read comes as a result with an error.
    private final class Receiver: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let continuation: AsyncStream<BrowserResult>.Continuation
        private var received = Data()

        init(_ continuation: AsyncStream<BrowserResult>.Continuation) { self.continuation = continuation }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received.append(contentsOf: unwrapInboundIn(data).readableBytesView)
            guard let end = received.firstRange(of: Data("\r\n\r\n".utf8)) else { return }
            let head = String(decoding: received[..<end.lowerBound], as: UTF8.self).lowercased()
            let length = head.firstMatch(of: /content-length: *(\d+)/).flatMap { Int($0.1) } ?? 0
            let body = received[end.upperBound...]
            guard body.count >= length else { return }
            received = Data()
            do {
                continuation.yield(try JSONDecoder().decode(BrowserResult.self, from: body))
            } catch {
                continuation.yield(BrowserResult(error: "unreadable report: \(error)"))
            }
            let answer = "HTTP/1.1 204 No Content\r\nAccess-Control-Allow-Origin: *\r\nConnection: close\r\n\r\n"
            let channel = context.channel
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer))).whenComplete { _ in
                channel.close(promise: nil)
            }
        }
    }
}
