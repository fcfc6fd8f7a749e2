import Wire

/// One back end of the proxy.
public struct ProxyNode: Sendable, Hashable {
    /// A stable name; the affinity cookie's value is derived from it.
    public var id: String
    /// Where the node accepts HTTP/1.1.
    public var endpoint: Endpoint

    /// A node.
    public init(id: String, endpoint: Endpoint) {
        self.id = id
        self.endpoint = endpoint
    }
}
