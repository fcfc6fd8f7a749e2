import History
import NIOCore
import NIOPosix
import Wire

/// The node that clients see: its present boot and its listener. Lives on the data loop only.
final class DataPlane {
    private let configuration: NodeConfiguration
    private let endpoint: Endpoint
    private let eventLoop: any EventLoop
    private let state: NodeState
    private let log: ExecutionLog
    private var boot: NodeBoot?
    private var listener: (any Channel)?

    init(
        _ configuration: NodeConfiguration, endpoint: Endpoint, eventLoop: any EventLoop, state: NodeState,
        log: ExecutionLog
    ) {
        self.configuration = configuration
        self.endpoint = endpoint
        self.eventLoop = eventLoop
        self.state = state
        self.log = log
    }

    /// Begins a new boot; it listens unless a fault forbids that.
    func start() -> EventLoopFuture<Void> {
        let bootID = state.newBootID()
        boot = NodeBoot(configuration, bootID: bootID, eventLoop: eventLoop, state: state, log: log)
        state.begin(boot: bootID)
        log.record(.nodeStarted(NodeStarted(bootID: bootID, listen: endpoint.description)))
        return state.has(.refuseConnections) ? eventLoop.makeSucceededVoidFuture() : openListener()
    }

    /// Ends the boot with all that belongs to it.
    func kill() -> EventLoopFuture<Void> {
        let listenerClosed = closeListener()
        let terminated = boot?.terminate() ?? eventLoop.makeSucceededVoidFuture()
        boot = nil
        return listenerClosed.and(terminated).map { _ in }
    }

    /// Lets about so many connections wait to be accepted, of those that come while the loop stands still.
    func limitBacklog(to count: CInt) throws {
        if let listener { try ListenBacklog.limit(listener, to: count) }
    }

    func openListener() -> EventLoopFuture<Void> {
        guard listener == nil, let boot else { return eventLoop.makeSucceededVoidFuture() }
        let boundBoot = NIOLoopBound(boot, eventLoop: eventLoop)
        let endpoint = self.endpoint
        let bound = ServerBootstrap(group: eventLoop)
            .serverChannelInitializer { [log, state] listener in
                AcceptShortage.handle(on: listener) { error in
                    let detail = "a client: \(systemWords(error))"
                    state.ranShort(of: detail)
                    log.record(.shortage(Shortage(detail: detail)))
                }
            }
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.backlog, value: ListenBacklog.usual)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try ByteTransport.plain.install(on: channel)
                    try boundBoot.value.adopt(channel)
                }
            }
            .bind(host: endpoint.host, port: endpoint.port)
        return bound.hop(to: eventLoop).assumeIsolated().map { [self] channel in
            // The boot may have ended while the socket was bound.
            if self.boot === boundBoot.value { listener = channel } else { channel.close(promise: nil) }
        }.nonisolated().flatMapErrorThrowing { error in
            throw NodeError.cannotListen(endpoint, reason: systemWords(error))
        }
    }

    /// Ends every connection; the boot and its sessions go on.
    func closeConnections() -> EventLoopFuture<Void> {
        boot?.closeConnections() ?? eventLoop.makeSucceededVoidFuture()
    }

    func closeListener() -> EventLoopFuture<Void> {
        guard let listener else { return eventLoop.makeSucceededVoidFuture() }
        self.listener = nil
        listener.close(promise: nil)
        return listener.closeFuture
    }
}
