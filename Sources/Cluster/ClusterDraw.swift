import Discovery

/// Draws of an endpoint, all alike but for the balancer's own.
struct ClusterDraw {
    /// Hash of the balancer's own endpoint.
    let own: String
    /// How often that one takes part, from 0 to 1.
    let selfWeight: Double

    /// The hashes of these endpoints in the order in which they are to be tried: the first is the one that was drawn. One
    /// that takes no part in the draw comes last.
    func order(_ endpoints: some Sequence<ServiceEndpoint>, using random: inout some RandomNumberGenerator) -> [String]
    {
        var hashes = endpoints.map(\.url.hash)
        hashes.shuffle(using: &random)
        guard hashes.count > 1, let place = hashes.firstIndex(of: own),
            Double.random(in: 0..<1, using: &random) >= selfWeight
        else { return hashes }
        hashes.append(hashes.remove(at: place))
        return hashes
    }
}
