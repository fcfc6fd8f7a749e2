/// The endpoints that live, as a balancer looks them up. A value: who holds one sees no changes.
package struct EndpointSet: Hashable, Sendable {
    /// All of them, by service and then by hash, the same for every reader.
    package let all: [ServiceEndpoint]
    private let ranges: [ServiceName: Range<Int>]
    private let places: [EndpointKey: Int]

    /// A set of these, of which no two have the same key.
    package init(_ endpoints: [EndpointKey: ServiceEndpoint] = [:]) {
        let sorted = endpoints.sorted { $0.key < $1.key }
        var ranges: [ServiceName: Range<Int>] = [:]
        var places: [EndpointKey: Int] = [:]
        for (place, entry) in sorted.enumerated() {
            places[entry.key] = place
            ranges[entry.key.service] = (ranges[entry.key.service]?.lowerBound ?? place)..<(place + 1)
        }
        all = sorted.map(\.value)
        self.ranges = ranges
        self.places = places
    }

    /// Those of one service.
    package func of(_ service: ServiceName) -> ArraySlice<ServiceEndpoint> { all[ranges[service] ?? 0..<0] }

    /// The one of this service whose URL has this hash.
    package func endpoint(_ hash: String, of service: ServiceName) -> ServiceEndpoint? {
        places[EndpointKey(service: service, hash: hash)].map { all[$0] }
    }
}
