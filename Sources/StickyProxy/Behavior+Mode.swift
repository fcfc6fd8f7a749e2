package import Wire

extension Behavior {
    /// What the proxy understands of what passes through it.
    package enum Mode: Sendable, Equatable {
        /// HTTP/1.1: each request has its node.
        case http
        /// Bytes alone: a client's connection is given a node when it is accepted, and is a tunnel to it from then on. It is
        /// closed where no node is to be had. Only a table or a hash of their addresses keeps clients on their nodes; the knobs of requests
        /// and answers have no meaning.
        case tcp
    }

    /// Which connections begin with a header of the PROXY protocol (proxy-protocol.txt of HAProxy), which tells the
    /// addresses of the client.
    package struct ProxyProtocol: Sendable, Equatable {
        /// What connections of clients begin with; nil for nothing but what the client sends.
        package var fromClients: Expectation?
        /// What connections to nodes begin with, those of health checks too; nil for nothing.
        ///
        /// Such a connection speaks for one client, whose address the node takes for that of all that comes on it. None is
        /// kept for further requests therefore: a client may have left by then, and others must not pass for it.
        package var toNodes: ProxyProtocolVersion?

        /// What a connection of a client must begin with.
        package enum Expectation: Sendable, Equatable {
            /// A header of either version; a connection without it is closed. Its addresses take the place of the
            /// connection's own. Whoever can connect can claim any address: the listener must not be open to all.
            case required
        }
    }
}
