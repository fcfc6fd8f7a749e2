package import Logging
package import NIOCore
package import Wire

/// What a ``ProxyServer`` needs to start.
package struct ProxyConfiguration: Sendable {
    /// Where the proxy accepts clients; port 0 takes a free one.
    package var listen: Endpoint
    /// The back ends, in the order of round robin.
    package var nodes: [ProxyNode]
    /// Every knob of the proxy.
    package var behavior: Behavior
    /// How many proxies share the listener, each with its own view of the nodes and its own memory of clients; clients'
    /// connections go to them in turn.
    package var instances = 1
    /// Handlers that damage traffic; empty but for mutants.
    package var defects: [any Defect]
    /// Decides where requests go; nil leaves it to the behavior. With one the proxy may start without nodes.
    package var router: (any RequestRouter)?
    /// What the bytes of clients' connections pass through.
    package var clientTransport = ByteTransport.plain
    /// What the bytes of connections to nodes pass through, those of health checks too.
    package var nodeTransport = ByteTransport.plain
    /// How many bytes are read at once at most. glibc maps pieces of memory from 128 KiB on one by one unless told
    /// otherwise, and to pass bytes through those takes twice as long.
    package var largestRead = 64 * 1024
    /// The loops the proxy runs on; the caller shuts them down.
    package var group: any EventLoopGroup
    /// Where the proxy logs.
    package var logger: Logger
    /// Told what the proxy could not do since it had no descriptor left, once a second at most.
    package var onShortage: @Sendable (String) -> Void

    /// A configuration; the reference behavior without defects unless told otherwise.
    package init(
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
