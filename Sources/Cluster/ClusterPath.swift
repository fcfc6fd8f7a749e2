/// What the path of a request is for, as an in-app balancer reads it.
package enum ClusterPath: Sendable, Hashable {
    /// SockJS's info, of the service whose name stands before it; nil for the service of the pages.
    case info(service: String?)
    /// A socket of the endpoint with this hash; the path is where its node has it.
    case endpoint(hash: String, service: String, path: String)
    /// A page, or a socket that names no endpoint.
    case other

    /// Where the sockets of an endpoint are.
    package static let endpoints = "cluster-ddp"
    /// Where a node has its sockets.
    private static let sockets = "sockjs"

    /// Reads a path, which has no query.
    package init(_ path: Substring) {
        let words = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if words.count >= 3, words.suffix(2) == [Self.sockets, "info"] {
            let service = words.dropLast(2).last ?? ""
            self = .info(service: service.isEmpty ? nil : service)
        } else if let place = words.firstIndex(of: Self.endpoints), words.count > place + 3,
            !words[place + 1].isEmpty, !words[place + 2].isEmpty
        {
            let inner = words[..<place] + [Self.sockets] + words[(place + 3)...]
            self = .endpoint(
                hash: words[place + 1], service: words[place + 2], path: inner.joined(separator: "/"))
        } else {
            self = .other
        }
    }
}
