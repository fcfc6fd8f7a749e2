import NIOCore
import Synchronization

/// One node's discovery, whatever the registry: what its loop knows, for all threads. It works until it is told to end.
package final class DiscoveryNode: Sendable {
    private let loop: any EventLoop
    private let driver: NIOLoopBoundBox<DiscoveryDriver?>
    private let board = ViewBoard()
    private let own = Mutex<ServiceEndpoint?>(nil)

    /// Begins to read the registry that `make` makes on the loop.
    init(
        _ timing: DiscoveryTiming, _ limits: DiscoveryLimits, on loop: any EventLoop,
        _ make: @escaping @Sendable () -> any Registry
    ) {
        self.loop = loop
        driver = .makeEmptyBox(eventLoop: loop)
        let spread = Double.random(in: 0...1)
        loop.execute { [driver, board] in
            let made = DiscoveryDriver(make(), timing, limits, spread: spread, board: board, on: loop)
            driver.value = made
            made.start()
        }
    }

    fileprivate var view: DiscoveryView { board.view }

    fileprivate func views() -> AsyncStream<DiscoveryView> { board.views() }

    fileprivate func register(_ endpoint: ServiceEndpoint) throws(RegistrationError) {
        let registered = own.withLock { own in
            if own == nil { own = endpoint }
            return own
        }
        if let registered, registered != endpoint { throw .registered(registered.url.text) }
        loop.execute { [driver] in driver.value?.register(endpoint) }
    }

    fileprivate func leave() async {
        let left = loop.makePromise(of: Void.self)
        loop.execute { [driver] in
            guard let driver = driver.value else { return left.succeed() }
            driver.leave(left)
        }
        // The promise is only ever kept.
        try? await left.futureResult.get()
    }

    fileprivate func cut() {
        loop.execute { [driver] in driver.value?.cut() }
    }
}

/// A discovery that a ``DiscoveryNode`` does the work of.
package protocol NodeDiscovery: EndpointDiscovery {
    /// What does the work.
    var node: DiscoveryNode { get }
}

extension NodeDiscovery {
    package var view: DiscoveryView { node.view }
    package func views() -> AsyncStream<DiscoveryView> { node.views() }
    package func register(_ endpoint: ServiceEndpoint) throws(RegistrationError) { try node.register(endpoint) }
    package func leave() async { await node.leave() }
    package func cut() { node.cut() }
}
