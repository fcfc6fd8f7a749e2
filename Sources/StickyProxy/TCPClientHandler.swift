import Clocks
import NIOCore
import Wire

/// A client's connection in mode tcp until it has its node: does what ``TCPClientMachine`` decides. Nothing is read
/// meanwhile, since there is nobody yet whom it could be given to.
final class TCPClientHandler: ChannelDuplexHandler, RemovableChannelHandler, ArrivingClient, TunnelOrigin {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let worker: ProxyWorker
    private let addresses: ClientAddresses
    private var machine: TCPClientMachine
    private var context: ChannelHandlerContext?
    private var place: NodePlace?
    private let snapshot: ProxySnapshot
    private var wakeUp = WakeUp()
    private var hasBegun = false
    private var hasMadeWay = false
    /// What comes without having been asked for: together with a PROXY protocol header, or with the end of the stream, when
    /// the channel reads all that the system holds.
    private var early = ByteBuffer()
    private var inputEnded = false

    init(worker: ProxyWorker, addresses: ClientAddresses) {
        self.worker = worker
        self.addresses = addresses
        snapshot = worker.snapshot
        machine = TCPClientMachine(snapshot.behavior)
    }

    // MARK: From the client

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        worker.arrived(self)
        if context.channel.isActive { begin() }
    }

    func handlerRemoved(context: ChannelHandlerContext) { over() }

    func channelActive(context: ChannelHandlerContext) { begin() }

    func read(context: ChannelHandlerContext) {
        if hasMadeWay { context.read() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        early.writeImmutableBuffer(unwrapInboundIn(data))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { inputEnded = true }
    }

    func channelInactive(context: ChannelHandlerContext) { over() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { abort() }

    private func over() {
        context = nil
        place = nil
        machine.clientGone()
        arm()
        worker.departed(self)
    }

    // MARK: Towards a node

    private func begin() {
        guard !hasBegun, let context else { return }
        hasBegun = true
        if worker.isShuttingDown || worker.isLeaving { return abort() }
        guard snapshot.admits(context.channel, from: addresses) else { return abort() }
        perform(machine.start())
    }

    /// Does it, with the connection that it is about.
    private func perform(_ action: TCPClientMachine.Action, _ connection: NodeConnection? = nil) {
        switch action {
        case .none: break
        case .wait: arm()
        case .route(let excluded): route(excluding: excluded)
        case .connect(let node, let attempt):
            arm()
            worker.connect(to: node, for: addresses) { self.connected($0, attempt) }
        case .open(let node): open(node, connection)
        case .drop: connection?.close()
        case .close: abort()
        }
    }

    /// What affinity goes by; nothing but the address can be seen.
    private var key: Substring? { snapshot.rules.keySource == .address ? addresses.remote?.host[...] : nil }

    private func route(excluding excluded: Set<NodeID>) {
        place = nil
        var query = BalancerMachine.Query(key: key, excluded: excluded)
        if snapshot.behavior.distribution.order == .leastConnections, let places = snapshot.places {
            query.loads = places.loads
        }
        let route = worker.core.route(query)
        perform(takePlace(at: route.node) ? machine.routed(route, at: .now) : machine.foundNoRoom())
    }

    /// Takes a tunnel's place where a node may have so many only; false if it has them.
    private func takePlace(at node: NodeID?) -> Bool {
        guard let node, let places = snapshot.places else { return true }
        place = places.take(on: node, for: .tunnel)
        return place != nil
    }

    private func connected(_ connection: NodeConnection?, _ attempt: Int) {
        guard let connection else { return perform(machine.connectFailed(attempt, at: .now)) }
        perform(machine.connected(attempt), connection)
    }

    private func open(_ node: NodeID, _ connection: NodeConnection?) {
        guard let connection else { return }
        arm()
        let tunnel = Tunnel.open(
            from: self, to: connection, of: .bytes(client: key), node: node, place: place,
            leftOverLimit: nil, worker: worker)
        place = nil
        if inputEnded { tunnel?.clientSide.inputClosed() }
    }

    /// Leaves the connection to a tunnel, with what came too early for it.
    func makeWay(for tunnel: TunnelHandler) throws -> ByteBuffer {
        guard let context else { throw ChannelError.ioOnClosedChannel }
        let pipeline = context.pipeline.syncOperations
        try pipeline.addHandler(tunnel, position: .after(pipeline.transportAnchor()))
        hasMadeWay = true
        PipelineCleaner.removeOthers(from: context.channel)
        defer { early = ByteBuffer() }
        return early
    }

    /// Lets the machine be woken when it wants to be.
    private func arm() {
        wakeUp.set(machine.wakeAt, on: worker.loop) {
            self.wakeUp.fired()
            self.perform(self.machine.woke(at: .now))
        }
    }

    // MARK: The proxy

    func leave() {}
    func abort() { context?.close(promise: nil) }
    func lost(_ node: NodeID) { perform(machine.lost(node, at: .now)) }
}
