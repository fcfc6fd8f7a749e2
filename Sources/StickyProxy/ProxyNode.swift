package import Wire

/// One back end of the proxy.
package struct ProxyNode: Sendable, Hashable {
    /// A stable name; the affinity cookie's value is derived from it.
    package var id: String
    /// Where the node accepts HTTP/1.1.
    package var endpoint: Endpoint

    /// A node.
    package init(id: String, endpoint: Endpoint) {
        self.id = id
        self.endpoint = endpoint
    }
}
