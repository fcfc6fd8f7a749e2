/// One node of a service, as discovery tells of it.
///
/// Which services clients may reach is no part of it: each balancer is told that by its own operator, and a record that
/// said it would let any node open a service to everybody.
package struct ServiceEndpoint: Hashable, Sendable {
    /// Its service.
    package let service: ServiceName
    /// Where the node is reached.
    package let url: EndpointURL
    /// Where clients are to connect for this node; nil if any balancer will do.
    package let balancer: EndpointURL?

    /// A node's record.
    package init(service: ServiceName, url: EndpointURL, balancer: EndpointURL? = nil) {
        self.service = service
        self.url = url
        self.balancer = balancer
    }

    /// A node's record of texts; throws for what is none.
    package init(service: String, url: String, balancer: String? = nil) throws(RecordError) {
        self.service = try ServiceName(service)
        self.url = try EndpointURL(url)
        if let balancer { self.balancer = try EndpointURL(balancer) } else { self.balancer = nil }
    }

    /// What tells it from all others.
    package var key: EndpointKey { EndpointKey(service: service, hash: url.hash) }
}

/// What tells a record from all others: a node may serve several services, each with a record of its own.
package struct EndpointKey: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The service.
    package let service: ServiceName
    /// ``EndpointURL/hash`` of the node.
    package let hash: String

    /// A key.
    package init(service: ServiceName, hash: String) {
        self.service = service
        self.hash = hash
    }

    /// Both, with a slash between them.
    package var description: String { "\(service)/\(hash)" }

    /// By service, and then by hash.
    package static func < (left: EndpointKey, right: EndpointKey) -> Bool {
        (left.service, left.hash) < (right.service, right.hash)
    }
}
