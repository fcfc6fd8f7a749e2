/// What the header of the PROXY protocol says of the connection that it begins (proxy-protocol.txt of HAProxy, §2).
package enum ProxyProtocolHeader: Sendable, Hashable {
    /// It is a client's, who came from one address to the other; both are numeric, in the form in which the system
    /// writes them.
    case client(source: Endpoint, destination: Endpoint)
    /// It is a client's whose addresses are not told: `UNKNOWN` in v1, `UNSPEC` in v2, and everything but TCP over IP.
    /// The connection's own addresses take their place.
    case unknown
    /// It is the sender's own, as for a health check: `LOCAL` in v2. v1 has no word for it but `UNKNOWN`.
    case local
}
