import Clocks
import NIOCore

/// Two connections that have left HTTP and pass bytes to each other.
final class Tunnel {
    let node: NodeID
    let clientSide: TunnelHandler
    let nodeSide: TunnelHandler
    private let opened: MonotonicClock.Instant
    private let worker: ProxyWorker
    private let limits: Behavior.Limits
    private var place: NodePlace?
    private var endSeen = false
    private var idle = Duration.zero
    private var clientIdle = Duration.zero
    private var nodeIdle = Duration.zero

    init(node: NodeID, place: NodePlace?, worker: ProxyWorker) {
        self.node = node
        self.place = place
        self.worker = worker
        limits = worker.snapshot.limits
        opened = .now
        clientSide = TunnelHandler(
            .clientToNode, transforms: worker.core.tunnelTransforms(.clientToNode), drain: limits.drain)
        nodeSide = TunnelHandler(
            .nodeToClient, transforms: worker.core.tunnelTransforms(.nodeToClient), drain: limits.drain)
        clientSide.join(nodeSide, tunnel: self)
        nodeSide.join(clientSide, tunnel: self)
        worker.opened(self)
    }

    /// Joins two connections that leave HTTP.
    static func open(
        from client: ClientHandler, to connection: NodeConnection, node: NodeID, place: NodePlace?,
        leftOverLimit: Int?, worker: ProxyWorker
    ) {
        let tunnel = Tunnel(node: node, place: place, worker: worker)
        do {
            let fromClient = try client.leaveHTTP(for: tunnel.clientSide)
            try connection.leaveHTTP(for: tunnel.nodeSide, leftOverLimit: leftOverLimit)
            tunnel.clientSide.receiveLeftOver(fromClient)
            tunnel.clientSide.start()
            tunnel.nodeSide.start()
            // The node may have left since the upgrade was sent to it.
            if !worker.core.isPresent(node) { tunnel.close() }
        } catch {
            // One of them ended meanwhile, and so does the other.
            tunnel.abort()
            worker.closed(tunnel)
            client.abort()
            connection.close()
        }
    }

    /// The first sign of the end from one of the sides.
    func sideEnded(_ direction: TunnelDirection) {
        guard !endSeen else { return }
        endSeen = true
        if direction == .clientToNode, !nodeSide.received {
            worker.core.abortedUpgrade(node, silentFor: opened.duration(to: .now))
        }
    }

    /// Ends both connections; what was received is still delivered.
    func close() {
        endSeen = true
        clientSide.end()
        nodeSide.end()
    }

    /// Ends the WebSocket with this code on both sides, which have so long to end their connections by themselves.
    func leave(_ code: UInt16, within limit: Duration) {
        endSeen = true
        clientSide.leave(code, within: limit)
        nodeSide.leave(code, within: limit)
    }

    /// Ends both connections at once.
    func abort() {
        endSeen = true
        clientSide.abort()
        nodeSide.abort()
    }

    /// Ends both connections if neither side, or one of them, received nothing for too long, or if they have lived long enough.
    func closeIfIdle(for elapsed: Duration) {
        if let lifetime = limits.tunnelLifetime, opened.duration(to: .now) >= lifetime { return close() }
        let (client, node) = (clientSide.takeActivity(), nodeSide.takeActivity())
        idle = client || node ? .zero : idle + elapsed
        (clientIdle, nodeIdle) = (client ? .zero : clientIdle + elapsed, node ? .zero : nodeIdle + elapsed)
        if idle >= limits.tunnelIdle || clientIdle >= limits.tunnelSideIdle?.client ?? .seconds(Int.max)
            || nodeIdle >= limits.tunnelSideIdle?.node ?? .seconds(Int.max)
        {
            close()
        }
    }

    /// Called by each side when its connection is gone.
    func sideGone() {
        guard clientSide.isGone, nodeSide.isGone else { return }
        place = nil
        worker.closed(self)
    }
}
