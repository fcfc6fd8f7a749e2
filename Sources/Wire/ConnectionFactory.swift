import History
package import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Makes TCP connections, each from a source address of the caller's choice. Clients, proxy, health checks and control
/// all connect through it, so that what stands between a protocol and its socket is put together here alone.
package struct ConnectionFactory: Sendable {
    /// Address to connect to.
    package var target: Endpoint
    /// Local address to bind, such as `127.3.0.9`; nil leaves it to the system.
    package var source: String?
    /// Longest wait for the connection.
    package var limit: Duration
    /// What the bytes pass through below the protocol.
    package var transport: ByteTransport
    /// Settings of the channel.
    package var options: ConnectionOptions
    /// What each connection begins with, before all that its protocol and its transport's layer send; nil for nothing.
    package var preamble: ByteBuffer?

    /// A factory of connections to this target.
    package init(
        target: Endpoint, source: String? = nil, limit: Duration = .seconds(5), transport: ByteTransport = .plain,
        options: ConnectionOptions = ConnectionOptions()
    ) {
        self.target = target
        self.source = source
        self.limit = limit
        self.transport = transport
        self.options = options
    }

    /// The same over a line that holds what passes for so long each way.
    package func over(outward: Duration, inward: Duration) -> ConnectionFactory {
        guard outward > .zero || inward > .zero else { return self }
        var factory = self
        factory.options.peerEnd = .leavesOutputOpen
        factory.transport = .layered { _ in DelayLine(outward: outward, inward: inward) }
        return factory
    }

    /// Connects on `loop`, where `initializer` puts the handlers of the protocol above the transport's. The future fails
    /// with the error of the system or of SwiftNIO, and at once when an address can't be used.
    package func connect(
        on loop: any EventLoop, initializer: @escaping @Sendable (any Channel) throws -> Void
    ) -> EventLoopFuture<any Channel> {
        do {
            let connected = try bootstrap(on: loop, initializer).connect(to: target.socketAddress())
            guard preamble != nil else { return connected }
            return connected.flatMap { channel in ConnectionPreamble.send(on: channel).map { channel } }
        } catch {
            return loop.makeFailedFuture(error)
        }
    }

    /// Connects as ``connect(on:initializer:)`` does, and says in words why it could not.
    func open(
        on loop: any EventLoop, initializer: @escaping @Sendable (any Channel) throws -> Void
    ) async throws(WireError) -> any Channel {
        do {
            return try await connect(on: loop, initializer: initializer).get()
        } catch {
            throw failure(error)
        }
    }

    /// In words why ``connect(on:initializer:)`` could not.
    func failure(_ error: any Error) -> WireError {
        switch error {
        // Our own deadline, which a stall of ours excuses; a refusal is not.
        case ChannelError.connectTimeout: .timedOut("connecting to \(target) within \(limit.inWords)")
        case let error as WireError: error
        case _ where isShortage(error): .exhausted("connecting to \(target): \(systemWords(error))")
        default: .connectFailed("\(target): \(systemWords(error))")
        }
    }

    private func bootstrap(
        on loop: any EventLoop, _ initializer: @escaping @Sendable (any Channel) throws -> Void
    ) throws -> ClientBootstrap {
        var bootstrap = options.apply(to: ClientBootstrap(group: loop))
            .connectTimeout(TimeAmount(limit))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { [transport, preamble] channel in
                channel.eventLoop.makeCompletedFuture {
                    if let preamble {
                        try channel.pipeline.syncOperations.addHandler(ConnectionPreamble(preamble))
                    }
                    try transport.install(on: channel)
                    try initializer(channel)
                }
            }
        if let source {
            #if os(Linux)
                // Without it every bound source port is taken for all destinations at once.
                bootstrap = bootstrap.channelOption(
                    ChannelOptions.Types.SocketOption(
                        level: .init(rawValue: CInt(IPPROTO_IP)), name: .init(rawValue: IP_BIND_ADDRESS_NO_PORT)),
                    value: 1)
            #endif
            bootstrap = bootstrap.bind(to: try SocketAddress(ipAddress: source, port: 0))
        }
        return bootstrap
    }
}

extension ConnectionOptions {
    fileprivate func apply(to bootstrap: ClientBootstrap) -> ClientBootstrap {
        var bootstrap = bootstrap.channelOption(.allowRemoteHalfClosure, value: peerEnd == .leavesOutputOpen)
        if let receiveAllocator { bootstrap = bootstrap.channelOption(.recvAllocator, value: receiveAllocator) }
        if let readsPerTurn { bootstrap = bootstrap.channelOption(.maxMessagesPerRead, value: readsPerTurn) }
        if let waterMark { bootstrap = bootstrap.channelOption(.writeBufferWaterMark, value: waterMark) }
        return bootstrap
    }
}
