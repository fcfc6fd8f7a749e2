import NIOCore
import Wire

/// How a client's connection begins: with the header of the PROXY protocol where one is expected, which comes below the
/// transport's layer, and then with what the mode makes of it.
struct Arrival {
    let transport: ByteTransport
    let worker: ProxyWorker

    /// Makes the pipeline of a connection that was accepted.
    func install(on channel: any Channel) throws {
        switch worker.snapshot.behavior.proxyProtocol.fromClients {
        case nil: try install(on: channel, from: ClientAddresses(of: channel))
        case .required: try channel.pipeline.syncOperations.addHandler(ProxyHeaderHandler(self))
        }
    }

    /// Adds what the connection's own bytes meet; the rest of the pipeline is in front of the transport.
    func install(on channel: any Channel, from addresses: ClientAddresses) throws {
        try transport.install(on: channel)
        let pipeline = channel.pipeline.syncOperations
        switch worker.snapshot.behavior.mode {
        case .http: try pipeline.addHandler(ClientHandler(worker: worker, addresses: addresses))
        case .tcp: try pipeline.addHandler(TCPClientHandler(worker: worker, addresses: addresses))
        }
    }
}

/// A client's connection that is not yet what it will be.
protocol ArrivingClient: AnyObject {
    /// The proxy leaves: it closes unless it was promised a node.
    func leave()
    /// Closes at once.
    func abort()
    /// A node went down, or left.
    func lost(_ node: NodeID)
}
