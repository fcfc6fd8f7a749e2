import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import Wire

@Suite(.timeLimit(.minutes(1))) struct `A writer to the socket` {
    private static let key: UInt8 = 0x5a
    /// More than the socket takes at once, so that some of it waits in the channel's queue.
    private static let messages = ["small", String(repeating: "large ", count: 20_000), "last"].map { Array($0.utf8) }

    /// How a channel was declared, and what comes of that.
    struct Declaration: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var transport: ByteTransport?
        var isGivenSocket: Bool
        var key: UInt8 = 0
    }

    private static let declarations = [
        Declaration(testDescription: "plain", transport: .plain, isGivenSocket: true),
        Declaration(
            testDescription: "layered", transport: .layered { _ in MaskingLayer(key: key) }, isGivenSocket: false,
            key: key),
        Declaration(testDescription: "not declared", transport: nil, isGivenSocket: false),
    ]

    @Test(arguments: declarations)
    func `passes by the pipeline only where the transport is declared plain`(_ declaration: Declaration) async throws {
        let hasSocket = NIOLockedValueBox(false)
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelOption(.socketOption(.so_sndbuf), value: 4096)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try declaration.transport?.install(on: channel)
                    let writing = WritingHandler(Self.messages) { socket in
                        hasSocket.withLockedValue { $0 = socket != nil }
                    }
                    try channel.pipeline.syncOperations.addHandler(writing)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let target = try #require(Endpoint(listener.localAddress))
        let client = try await RawConnection.open(ConnectionFactory(target: target), on: ScriptedServer.loop)
        let onTheWire = MaskingLayer.masked(Self.messages.joined(), key: declaration.key)
        let isSame = try await client.readToEnd(within: MailboxTests.long) == onTheWire
        #expect(isSame)
        #expect(hasSocket.withLockedValue { $0 } == declaration.isGivenSocket)
        await client.close()
        try await listener.close()
    }
}

/// Writes everything as soon as it is connected, and closes behind it.
private final class WritingHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let messages: [[UInt8]]
    private let report: (PlainSocket?) -> Void

    init(_ messages: [[UInt8]], _ report: @escaping (PlainSocket?) -> Void) {
        self.messages = messages
        self.report = report
    }

    func channelActive(context: ChannelHandlerContext) {
        report(try? PlainSocket(of: context.channel))
        let writer = SocketWriter(context)
        for message in messages { writer.write(ByteBuffer(bytes: message)) }
        context.writeAndFlush(NIOAny(ByteBuffer())).assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
