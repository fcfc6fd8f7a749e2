import History
package import NIOCore
import NIOPosix
package import Wire

/// A reference node: the back end that a balancer is verified with. It records what it executes and obeys faults.
///
/// Clients are served on one event loop, the control plane on another, so that the control plane answers while the
/// node hangs.
package final class NodeServer: Sendable {
    /// Where clients reach it.
    package let listen: Endpoint
    /// Where its control plane is.
    package let control: Endpoint

    /// The loop that serves clients, for watching its lag; it stands still while the node hangs.
    package var dataLoop: any EventLoop { dataGroup.next() }

    /// Whether it lives, neither killed nor hung, now and after each change: who keeps a record of it stops then, as its
    /// process would.
    package func lives() -> AsyncStream<Bool> { state.lives() }

    private let dataGroup: MultiThreadedEventLoopGroup
    private let controlGroup: MultiThreadedEventLoopGroup
    private let controlListener: any Channel
    private let controlPlane: NIOLoopBound<ControlPlane>
    private let faults: FaultController
    private let state: NodeState
    // Keeps the port while the node is killed.
    private let reservation: PortReservation

    private init(
        listen: Endpoint, control: Endpoint, dataGroup: MultiThreadedEventLoopGroup,
        controlGroup: MultiThreadedEventLoopGroup, controlListener: any Channel,
        controlPlane: NIOLoopBound<ControlPlane>, faults: FaultController, state: NodeState,
        reservation: PortReservation
    ) {
        self.listen = listen
        self.control = control
        self.dataGroup = dataGroup
        self.controlGroup = controlGroup
        self.controlListener = controlListener
        self.controlPlane = controlPlane
        self.faults = faults
        self.state = state
        self.reservation = reservation
    }

    /// Starts a node; it accepts on both addresses when this returns. Throws a ``NodeError`` that says why not.
    package static func start(_ configuration: NodeConfiguration) async throws -> NodeServer {
        let id = configuration.nodeID
        try NodeError.check(name: id)
        guard try configuration.controlToken != nil || configuration.control.isLoopback() else {
            throw NodeError.tokenNeeded(control: configuration.control)
        }
        var configuration = configuration
        configuration.app = try configuration.app.map(resolved)
        let reservation = try PortReservation(configuration.listen)
        let dataGroup = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let controlGroup = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            return try await start(configuration, reservation, dataGroup, controlGroup)
        } catch {
            try await dataGroup.shutdownGracefully()
            try await controlGroup.shutdownGracefully()
            throw error
        }
    }

    private static func start(
        _ configuration: NodeConfiguration, _ reservation: PortReservation, _ dataGroup: MultiThreadedEventLoopGroup,
        _ controlGroup: MultiThreadedEventLoopGroup
    ) async throws -> NodeServer {
        let (dataLoop, controlLoop) = (dataGroup.next(), controlGroup.next())
        let (state, log) = (NodeState(), ExecutionLog(nodeID: configuration.nodeID))
        let endpoint = reservation.endpoint
        let plane = try await dataLoop.submit {
            NIOLoopBound(
                DataPlane(configuration, endpoint: endpoint, eventLoop: dataLoop, state: state, log: log),
                eventLoop: dataLoop)
        }.get()
        let faults = FaultController(
            plane: plane, listener: endpoint, dataLoop: dataLoop, controlLoop: controlLoop,
            state: state)
        let controlPlane = try await controlLoop.submit {
            NIOLoopBound(
                ControlPlane(
                    configuration, listen: endpoint.description, state: state, log: log, faults: faults,
                    eventLoop: controlLoop),
                eventLoop: controlLoop)
        }.get()
        try await dataLoop.flatSubmit { plane.value.start() }.get()
        let controlListener = try await ControlServer.bind(configuration.control, controlPlane, on: controlLoop) {
            log.record(.shortage(Shortage(detail: $0)))
        }
        return NodeServer(
            listen: endpoint, control: Endpoint(controlListener.localAddress) ?? configuration.control,
            dataGroup: dataGroup, controlGroup: controlGroup, controlListener: controlListener,
            controlPlane: controlPlane, faults: faults, state: state, reservation: reservation)
    }

    /// The numeric address of an app, asked for once: a name is not to hold up the loop that serves clients.
    private static func resolved(_ app: Endpoint) throws -> Endpoint {
        do {
            return Endpoint(try app.socketAddress()) ?? app
        } catch {
            throw NodeError.appUnknown(app, reason: systemWords(error))
        }
    }

    /// Closes everything, also while a fault is in force. Call it once.
    package func shutdown() async throws {
        try await faults.terminate().get()
        controlListener.close(promise: nil)
        try await controlGroup.next().submit { [controlPlane] in controlPlane.value.stop() }.get()
        try await dataGroup.shutdownGracefully()
        try await controlGroup.shutdownGracefully()
    }
}
