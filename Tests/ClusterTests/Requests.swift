import Discovery
import NIOCore
import StickyProxy
import Testing
import Wire

/// A request as a router gets it.
func request(_ target: String, upgrades: Bool = false, _ fields: String...) throws -> RoutableRequest {
    var parser = RequestParser()
    let lines = ["GET \(target) HTTP/1.1", "Host: shop.test"] + fields
    parser.receive(ByteBuffer(string: lines.joined(separator: "\r\n") + "\r\n\r\n"))
    guard case .head(let head)? = try parser.next() else { throw RequestIsIncomplete() }
    return RoutableRequest(head, path: head.target.prefix { $0 != "?" }, upgrades: upgrades)
}

private struct RequestIsIncomplete: Error {}

/// Endpoints of a cluster: three of `web`, of which the first is the balancer's own, and one of `search`.
enum Sample {
    static let own = endpoint("web", 1)
    static let second = endpoint("web", 2)
    static let third = endpoint("web", 3)
    static let search = endpoint("search", 4)
    static let all = set(own, second, third, search)

    static func endpoint(_ service: String, _ number: Int, balancer: String? = nil) -> ServiceEndpoint {
        do {
            return try ServiceEndpoint(service: service, url: "http://10.0.0.\(number):3000", balancer: balancer)
        } catch {
            preconditionFailure("\(error)")
        }
    }

    static func set(_ endpoints: ServiceEndpoint...) -> EndpointSet {
        EndpointSet(Dictionary(uniqueKeysWithValues: endpoints.map { ($0.key, $0) }))
    }
}

extension ServiceEndpoint {
    var hash: String { url.hash }
}
