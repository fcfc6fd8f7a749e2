package import Wire

/// One back end of the proxy.
package struct ProxyNode: Sendable, Hashable {
    /// A stable name; the affinity cookie's value is derived from it.
    package var id: String
    /// Where the node accepts HTTP/1.1.
    package var endpoint: Endpoint
    /// Its share of new clients in relation to others', 1...256.
    package var weight: Int

    /// A node.
    package init(id: String, endpoint: Endpoint, weight: Int = 1) {
        self.id = id
        self.endpoint = endpoint
        self.weight = min(max(weight, 1), 256)
    }
}
