import Logging
import NIOCore
import Wire

/// What a ``ProxyServer`` needs to start.
public struct ProxyConfiguration: Sendable {
    /// Where the proxy accepts clients; port 0 takes a free one.
    public var listen: Endpoint
    /// The back ends, in the order of round robin.
    public var nodes: [ProxyNode]
    /// Every knob of the proxy.
    public var behavior: Behavior
    /// Handlers that damage traffic; empty but for mutants.
    public var defects: [any Defect]
    /// What the bytes of clients' connections pass through.
    public var clientTransport = ByteTransport.plain
    /// What the bytes of connections to nodes pass through, those of health checks too.
    public var nodeTransport = ByteTransport.plain
    /// The loops the proxy runs on; the caller shuts them down.
    public var group: any EventLoopGroup
    /// Where the proxy logs.
    public var logger: Logger
    /// Told what the proxy could not do since it had no descriptor left, once a second at most.
    public var onShortage: @Sendable (String) -> Void

    /// A configuration; the reference behavior without defects unless told otherwise.
    public init(
        listen: Endpoint, nodes: [ProxyNode], behavior: Behavior = .reference, defects: [any Defect] = [],
        group: any EventLoopGroup, logger: Logger = Logger(label: "stickler.proxy"),
        onShortage: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.listen = listen
        self.nodes = nodes
        self.behavior = behavior
        self.defects = defects
        self.group = group
        self.logger = logger
        self.onShortage = onShortage
    }
}
