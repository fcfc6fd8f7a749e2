import History
import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Makes TCP connections, each from a source address of the caller's choice.
public struct Dialer: Sendable {
    /// Address to connect to.
    public var target: Endpoint
    /// Local address to bind, such as `127.3.0.9`; nil leaves it to the system.
    public var source: String?
    /// Longest wait for the connection.
    public var limit: Duration

    /// A dialer of this target.
    public init(target: Endpoint, source: String? = nil, limit: Duration = .seconds(5)) {
        self.target = target
        self.source = source
        self.limit = limit
    }

    /// Connects and sets up the channel's pipeline on `loop`.
    func connect(
        on loop: any EventLoop, initializer: @escaping @Sendable (any Channel) throws -> Void
    ) async throws(WireError) -> any Channel {
        do {
            var bootstrap = ClientBootstrap(group: loop)
                .connectTimeout(TimeAmount(limit))
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelOption(.allowRemoteHalfClosure, value: false)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture { try initializer(channel) }
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
            return try await bootstrap.connect(to: target.socketAddress()).get()
        } catch ChannelError.connectTimeout {
            // Our own deadline, which a stall of ours excuses; a refusal is not.
            throw .timedOut("connecting to \(target) within \(limit.inWords)")
        } catch let error as WireError {
            throw error
        } catch  where isShortage(error) {
            throw .exhausted("connecting to \(target): \(systemWords(error))")
        } catch {
            throw .connectFailed("\(target): \(systemWords(error))")
        }
    }
}
