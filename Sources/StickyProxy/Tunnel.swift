import Clocks
import NIOCore

/// Two connections that pass bytes to each other.
final class Tunnel {
    /// What the bytes are.
    enum Content: Sendable, Equatable {
        /// Frames of a WebSocket, behind a 101.
        case webSocket
        /// Unknown, from the first byte on, for a client that affinity knows by this key.
        case bytes(client: Substring?)
    }

    let node: NodeID
    private let content: Content
    let clientSide: TunnelHandler
    let nodeSide: TunnelHandler
    private let opened: MonotonicClock.Instant
    private let worker: ProxyWorker
    /// By reference, since limits are large and tunnels many.
    private let snapshot: ProxySnapshot
    private var place: NodePlace?
    private var endSeen = false
    private var clientIdle = Duration.zero
    private var nodeIdle = Duration.zero

    init(of content: Content, node: NodeID, place: NodePlace?, worker: ProxyWorker) {
        self.content = content
        self.node = node
        self.place = place
        self.worker = worker
        snapshot = worker.snapshot
        let drain = snapshot.limits.drain
        opened = .now
        clientSide = TunnelHandler(
            .clientToNode, of: content, transforms: worker.core.tunnelTransforms(.clientToNode), drain: drain)
        nodeSide = TunnelHandler(
            .nodeToClient, of: content, transforms: worker.core.tunnelTransforms(.nodeToClient), drain: drain)
        clientSide.join(nodeSide, tunnel: self)
        nodeSide.join(clientSide, tunnel: self)
        worker.opened(self)
    }

    /// Joins two connections, whose handlers make way; nil when one of them has ended meanwhile.
    @discardableResult
    static func open(
        from client: some TunnelOrigin, to connection: NodeConnection, of content: Content, node: NodeID,
        place: NodePlace?, leftOverLimit: Int?, worker: ProxyWorker
    ) -> Tunnel? {
        let tunnel = Tunnel(of: content, node: node, place: place, worker: worker)
        do {
            let fromClient = try client.makeWay(for: tunnel.clientSide)
            try connection.makeWay(for: tunnel.nodeSide, leftOverLimit: leftOverLimit)
            tunnel.clientSide.receiveLeftOver(fromClient)
            tunnel.clientSide.start()
            tunnel.nodeSide.start()
            // The node may have left since it was chosen.
            if !worker.core.isPresent(node) { tunnel.close() }
            return tunnel
        } catch {
            // One of them ended meanwhile, and so does the other.
            tunnel.abort()
            worker.closed(tunnel)
            client.abort()
            connection.close()
            return nil
        }
    }

    /// The first byte from one of the sides.
    func sideBegan(_ direction: TunnelDirection) {
        // A WebSocket's node has answered with the 101.
        if case .bytes(let client) = content, direction == .nodeToClient { worker.core.answered(node, to: client) }
    }

    /// The first sign of the end from one of the sides.
    func sideEnded(_ direction: TunnelDirection) {
        guard !endSeen else { return }
        endSeen = true
        if content == .webSocket, direction == .clientToNode, !nodeSide.received {
            worker.core.abortedUpgrade(node, silentFor: opened.duration(to: .now))
        }
    }

    /// Ends both connections; what was received is still delivered.
    func close() {
        endSeen = true
        clientSide.end()
        nodeSide.end()
    }

    /// Ends a WebSocket with this code on both sides, which have so long to end their connections by themselves; unknown
    /// bytes are just ended.
    func leave(_ code: UInt16, within limit: Duration) {
        guard content == .webSocket else { return close() }
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

    /// Ends both connections if one side, or both, received nothing for too long, or if they have lived long enough.
    func closeIfIdle(for elapsed: Duration) {
        if let lifetime = snapshot.limits.tunnelLifetime, opened.duration(to: .now) >= lifetime { return close() }
        let (client, node) = (clientSide.takeActivity(), nodeSide.takeActivity())
        (clientIdle, nodeIdle) = (client ? .zero : clientIdle + elapsed, node ? .zero : nodeIdle + elapsed)
        let sides = snapshot.limits.tunnelSideIdle
        let isSideIdle = sides.map { clientIdle >= $0.client || nodeIdle >= $0.node } ?? false
        if isSideIdle || min(clientIdle, nodeIdle) >= snapshot.limits.tunnelIdle { close() }
    }

    /// Called by each side when its connection is gone.
    func sideGone() {
        guard clientSide.isGone, nodeSide.isGone else { return }
        place = nil
        worker.closed(self)
    }
}

/// A client's connection that a tunnel can take over.
protocol TunnelOrigin: AnyObject {
    /// Puts the tunnel's side into the connection's pipeline and leaves it; what was read too early goes to the tunnel.
    func makeWay(for tunnel: TunnelHandler) throws -> ByteBuffer
    /// Closes at once.
    func abort()
}
