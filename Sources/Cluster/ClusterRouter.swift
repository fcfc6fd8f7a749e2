import Discovery
import StickyProxy
import Synchronization

/// Sends requests on by the rules of an in-app balancer, to the endpoints that its proxy knows at the moment.
final class ClusterRouter: RequestRouter {
    private let routing: ClusterRouting
    private let endpoints = Mutex(EndpointSet())

    init(_ routing: ClusterRouting) { self.routing = routing }

    /// From now on these endpoints live.
    func follow(_ endpoints: EndpointSet) { self.endpoints.withLock { $0 = endpoints } }

    func route(_ request: RoutableRequest) -> RoutedRequest {
        var random = SystemRandomNumberGenerator()
        return routing.route(request, among: endpoints.withLock { $0 }, using: &random)
    }
}
