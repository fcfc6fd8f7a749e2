import NIOCore
import Wire

/// Where a client is, and which address it called; nil where that is not known.
struct ClientAddresses: Sendable, Equatable {
    private(set) var remote: Endpoint?
    private(set) var local: Endpoint?

    /// Those of its connection.
    init(of connection: any Channel) {
        remote = Endpoint(connection.remoteAddress)
        local = Endpoint(connection.localAddress)
    }

    /// Those that a header tells, or else its connection's.
    init(_ header: ProxyProtocolHeader, of connection: any Channel) {
        self.init(of: connection)
        if case .client(let source, let destination) = header { (remote, local) = (source, destination) }
    }

    /// What a header tells of it.
    var header: ProxyProtocolHeader {
        guard let remote, let local else { return .unknown }
        return .client(source: remote, destination: local)
    }
}
