import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Testing
import Wire

/// One end of a TCP connection whose bytes a test reads and writes by hand.
final class RawConnection: Sendable {
    enum Failure: Error { case ended(received: String) }

    private struct State {
        var bytes = ByteBuffer()
        var ended = false
        /// Counts arrivals, so that none between looking and waiting is missed.
        var version = 0
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    let channel: any Channel
    private let state = NIOLockedValueBox(State())

    init(_ channel: any Channel) { self.channel = channel }

    static func open(to endpoint: Endpoint, over transport: ByteTransport = .plain) async throws -> RawConnection {
        let factory = ConnectionFactory(
            target: endpoint, limit: .seconds(10), transport: transport,
            options: ConnectionOptions(peerEnd: .leavesOutputOpen))
        return
            try await factory
            .connect(on: MultiThreadedEventLoopGroup.singleton.next()) { channel in
                try channel.pipeline.syncOperations.addHandler(Collector(RawConnection(channel)))
            }
            .flatMapThrowing { try $0.pipeline.syncOperations.handler(type: Collector.self).connection }
            .get()
    }

    /// Drops what was received so far until `condition` is met; returns up to and with the end the condition names.
    func read(_ end: @Sendable (ByteBuffer) -> Int?) async throws -> String {
        while true {
            let (found, version) = state.withLockedValue { state -> (Result<String, Failure>?, Int) in
                if let length = end(state.bytes), let piece = state.bytes.readSlice(length: length) {
                    return (.success(String(buffer: piece)), state.version)
                }
                guard state.ended else { return (nil, state.version) }
                return (.failure(.ended(received: String(buffer: state.bytes))), state.version)
            }
            if let found { return try found.get() }
            await arrival(after: version)
        }
    }

    func read(through text: String) async throws -> String {
        try await read { bytes in
            bytes.withUnsafeReadableBytes { raw in
                let (hay, needle) = (Array(raw), Array(text.utf8))
                guard hay.count >= needle.count else { return nil }
                for start in 0...(hay.count - needle.count)
                where hay[start..<start + needle.count].elementsEqual(needle) {
                    return start + needle.count
                }
                return nil
            }
        }
    }

    func readBytes(count: Int) async throws -> [UInt8] {
        await receive(count: count)
        return try state.withLockedValue { state in
            guard let bytes = state.bytes.readBytes(length: count) else {
                throw Failure.ended(received: String(buffer: state.bytes))
            }
            return bytes
        }
    }

    func read(count: Int) async throws -> String {
        try await read { $0.readableBytes >= count ? count : nil }
    }

    /// Everything up to the end of the stream.
    func readToEnd() async -> ByteBuffer {
        await wait { $0.ended }
        return state.withLockedValue(\.bytes)
    }

    /// Waits until this many bytes are there, or the stream ends.
    func receive(count: Int) async {
        await wait { $0.ended || $0.bytes.readableBytes >= count }
    }

    private func wait(until condition: (State) -> Bool) async {
        while true {
            let (met, version) = state.withLockedValue { (condition($0), $0.version) }
            if met { return }
            await arrival(after: version)
        }
    }

    var received: Int { state.withLockedValue(\.bytes.readableBytes) }

    private func arrival(after version: Int) async {
        await withCheckedContinuation { continuation in
            let ready = state.withLockedValue { state in
                if state.version != version { return true }
                state.waiters.append(continuation)
                return false
            }
            if ready { continuation.resume() }
        }
    }

    func write(_ text: String) async throws { try await write(ByteBuffer(string: text)) }
    func write(_ bytes: ByteBuffer) async throws { try await channel.writeAndFlush(bytes) }
    func closeOutput() async throws { try await channel.close(mode: .output) }
    func close() async { try? await channel.close() }

    fileprivate func update(_ bytes: ByteBuffer?, ended: Bool = false) {
        let waiters = state.withLockedValue { state in
            if var bytes { state.bytes.writeBuffer(&bytes) }
            if ended { state.ended = true }
            state.version += 1
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        let connection: RawConnection
        init(_ connection: RawConnection) { self.connection = connection }
        func channelRead(context: ChannelHandlerContext, data: NIOAny) { connection.update(unwrapInboundIn(data)) }
        func channelInactive(context: ChannelHandlerContext) { connection.update(nil, ended: true) }
        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case .inputClosed? = event as? ChannelEvent { connection.update(nil, ended: true) }
        }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}

/// A listener that hands each connection to the test.
final class RawServer: Sendable {
    let endpoint: Endpoint
    private let listener: any Channel
    private let stream: AsyncStream<RawConnection>

    private init(_ listener: any Channel, _ endpoint: Endpoint, _ stream: AsyncStream<RawConnection>) {
        self.listener = listener
        self.endpoint = endpoint
        self.stream = stream
    }

    static func start(over transport: ByteTransport = .plain) async throws -> RawServer {
        let (stream, continuation) = AsyncStream.makeStream(of: RawConnection.self)
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try transport.install(on: channel)
                    let connection = RawConnection(channel)
                    try channel.pipeline.syncOperations.addHandler(RawConnection.Collector(connection))
                    continuation.yield(connection)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return RawServer(listener, try #require(Endpoint(listener.localAddress)), stream)
    }

    /// The next connection.
    func accept() async throws -> RawConnection {
        for await connection in stream { return connection }
        throw CancellationError()
    }

    func stop() async { try? await listener.close() }
}
