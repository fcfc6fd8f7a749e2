import Clocks
import NIOCore
import Wire

/// Everything of the proxy that lives on one event loop.
final class ProxyWorker {
    let core: ProxyCore
    let loop: any EventLoop
    let pool: NodePool
    /// What the proxy goes by; requests, connections and tunnels keep that under which they began.
    private(set) var snapshot: ProxySnapshot
    private var arriving: [ObjectIdentifier: any ArrivingClient] = [:]
    private var clients: [ObjectIdentifier: ClientHandler] = [:]
    private var exchanges = NodeTable<[ObjectIdentifier: Exchange]>([:])
    private var tunnels = NodeTable<[ObjectIdentifier: Tunnel]>([:])
    /// Requests that nodes were given so far, upgrades among them.
    private var given = NodeTable(0)
    private var sweep: RepeatedTask?
    /// Who waits until clients and tunnels are gone.
    private var awaited: [EventLoopPromise<Void>] = []
    private(set) var isShuttingDown = false
    /// Whether each client connection ends with the answer it waits for.
    private(set) var isLeaving = false

    init(core: ProxyCore, loop: any EventLoop) {
        self.core = core
        self.loop = loop
        snapshot = core.snapshot
        pool = NodePool(limits: snapshot.poolLimits)
    }

    // MARK: Members

    func arrived(_ client: some ArrivingClient) { arriving[ObjectIdentifier(client)] = client }
    func departed(_ client: some ArrivingClient) {
        arriving[ObjectIdentifier(client)] = nil
        tellWhetherEmpty()
    }
    func opened(_ client: ClientHandler) { clients[ObjectIdentifier(client)] = client }
    func closed(_ client: ClientHandler) {
        clients[ObjectIdentifier(client)] = nil
        tellWhetherEmpty()
    }
    func began(_ exchange: Exchange, on node: NodeID) {
        exchanges[node][ObjectIdentifier(exchange)] = exchange
        given[node] &+= 1
    }
    func ended(_ exchange: Exchange, on node: NodeID) { exchanges[node][ObjectIdentifier(exchange)] = nil }
    func opened(_ tunnel: Tunnel) { tunnels[tunnel.node][ObjectIdentifier(tunnel)] = tunnel }
    func closed(_ tunnel: Tunnel) {
        tunnels[tunnel.node][ObjectIdentifier(tunnel)] = nil
        tellWhetherEmpty()
    }

    // MARK: Connects

    /// Connects to a node for a client, and tells the balancer how that went; the completion gets nil if it failed.
    func connect(to node: NodeID, for client: ClientAddresses?, completion: @escaping (NodeConnection?) -> Void) {
        let begun = MonotonicClock.now
        let preamble = snapshot.behavior.proxyProtocol.toNodes.map { (client?.header ?? .unknown).bytes($0) }
        NodeConnection.open(node: node, preamble: preamble, worker: self) { result in
            switch result {
            case .success(let connection):
                self.core.connected(node)
                completion(connection)
            case .failure(let error):
                let (elapsed, timeout) = (begun.duration(to: .now), self.snapshot.limits.connectTimeout)
                if isShortage(error) { self.core.ranShort(of: "a connection to a node", error) }
                if NodeFailure.concernsNode(error, after: elapsed, timeout: timeout) {
                    self.core.failedToConnect(node, begun: begun)
                }
                completion(nil)
            }
        }
    }

    // MARK: Events

    func nodeChanged(_ effects: BalancerMachine.Effects) {
        if effects.change == .down {
            pool.drop(effects.node)
            for client in arriving.values { client.lost(effects.node) }
        }
        if effects.endsExchanges {
            for exchange in exchanges[effects.node].values { exchange.nodeWentDown() }
        }
        switch effects.endsTunnels {
        case .none: break
        case .node: for tunnel in tunnels[effects.node].values { tunnel.close() }
        case .all: for tunnel in tunnels.all.flatMap(\.values) { tunnel.close() }
        }
    }

    /// A node left: what is under way on it has some time to come to its end, but for its tunnels, whose clients go to
    /// others at once.
    func nodeLeft(_ node: NodeID) {
        pool.drop(node)
        for client in arriving.values { client.lost(node) }
        for tunnel in tunnels[node].values { tunnel.close() }
        if snapshot.behavior.changes.requestsOnRemoval == .cut {
            for exchange in exchanges[node].values { exchange.nodeWentDown() }
            return
        }
        loop.assumeIsolated().scheduleTask(in: TimeAmount(snapshot.limits.drain)) { [weak self] in
            guard let self else { return }
            for exchange in exchanges[node].values { exchange.nodeWentDown() }
        }
    }

    /// A node drains under a behavior that does not let its tunnels live.
    func endTunnels(of node: NodeID) {
        for tunnel in tunnels[node].values { tunnel.leave(1001, within: Self.goodbye) }
    }

    /// What goes through it to a node now.
    func load(of node: NodeID) -> NodeLoad {
        NodeLoad(tunnels: tunnels[node].count, requests: exchanges[node].count, given: given[node])
    }

    /// Goes by another behavior from now on.
    func reload(_ snapshot: ProxySnapshot) {
        if isShuttingDown { return }
        // Connections that spoke for one client are no use where others may share them, and the other way round.
        if snapshot.behavior.proxyProtocol != self.snapshot.behavior.proxyProtocol { pool.dropAll() }
        self.snapshot = snapshot
        pool.limits = snapshot.poolLimits
        sweep?.cancel()
        startSweeping()
        let changes = snapshot.behavior.changes
        if changes.tunnelsOnReload == .ended { leaveTunnels(within: Self.goodbye) }
        if changes.requestsOnReload == .cut { cutRequests() }
    }

    private func cutRequests() {
        for client in clients.values where client.isBusy { client.abort() }
        for exchange in exchanges.all.flatMap(\.values) { exchange.shutDown() }
    }

    /// Starts looking for what is idle or slow: four times within the shortest timeout of clients, and so often within
    /// those of requests and tunnels that these end hardly later than they should.
    func startSweeping() {
        let limits = snapshot.limits
        let lifetime = limits.tunnelLifetime ?? limits.tunnelIdle
        let side = limits.tunnelSideIdle.map { min($0.client, $0.node) } ?? limits.tunnelIdle
        let ofClients = min(limits.clientIdle, limits.headTime, limits.bodyTime, limits.pooledIdle)
        let ofTraffic = min(limits.exchangeIdle, limits.tunnelIdle, lifetime, side)
        let tick = max(.milliseconds(10), min(.seconds(1), ofClients / 4, ofTraffic / 25))
        let bound = NIOLoopBound(self, eventLoop: loop)
        sweep = loop.scheduleRepeatedTask(initialDelay: TimeAmount(tick), delay: TimeAmount(tick)) { _ in
            bound.value.closeSlow(after: tick)
        }
    }

    private func closeSlow(after elapsed: Duration) {
        pool.dropIdle()
        for client in clients.values { client.passed(elapsed) }
        for tunnel in tunnels.all.flatMap(\.values) { tunnel.closeIfIdle(for: elapsed) }
    }

    // MARK: Shutdown

    /// How long a WebSocket that is told to end has to do so by itself.
    static let goodbye = Duration.seconds(1)

    /// From now on client connections end with the answers they wait for, and at once where they wait for none.
    func leave() {
        isLeaving = true
        for client in arriving.values { client.leave() }
        for client in clients.values { client.endIfIdle() }
    }

    /// Tells WebSockets that the proxy goes away; they have so long to end by themselves. Other tunnels are closed.
    func leaveTunnels(within limit: Duration) {
        for tunnel in tunnels.all.flatMap(\.values) { tunnel.leave(1001, within: limit) }
    }

    /// Closes every connection; the future tells when clients and tunnels are gone.
    func shutdown() -> EventLoopFuture<Void> {
        if !isShuttingDown {
            isShuttingDown = true
            sweep?.cancel()
            crash()
        }
        return whenEmpty()
    }

    /// Closes every connection at once.
    func crash() {
        pool.dropAll()
        for client in arriving.values { client.abort() }
        for client in clients.values { client.abort() }
        for exchange in exchanges.all.flatMap(\.values) { exchange.shutDown() }
        for tunnel in tunnels.all.flatMap(\.values) { tunnel.abort() }
    }

    /// Tells when there is no client and no tunnel.
    func whenEmpty() -> EventLoopFuture<Void> {
        let empty = loop.makePromise(of: Void.self)
        awaited.append(empty)
        tellWhetherEmpty()
        return empty.futureResult
    }

    private func tellWhetherEmpty() {
        guard !awaited.isEmpty, arriving.isEmpty, clients.isEmpty, tunnels.all.allSatisfy(\.isEmpty) else { return }
        let awaited = awaited
        self.awaited = []
        for empty in awaited { empty.succeed(()) }
    }
}
