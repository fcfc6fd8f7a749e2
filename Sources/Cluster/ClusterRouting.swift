package import Discovery
import SockJS
package import StickyProxy
import Wire

/// The rules by which an in-app balancer sends requests on, without sockets or a clock.
package struct ClusterRouting: Sendable, Hashable {
    /// What it is told.
    package let rules: ClusterRules
    /// Hash of its own endpoint.
    package let own: String

    /// Rules of the balancer of this endpoint.
    package init(_ rules: ClusterRules, own: String) {
        self.rules = rules
        self.own = own
    }

    /// Marks a request that a balancer has sent on, which goes no further.
    static let mark = Behavior.Headers.Field("From-Balancer", "YES")

    /// Where a request goes while these endpoints live.
    package func route(
        _ request: RoutableRequest, among endpoints: EndpointSet, using random: inout some RandomNumberGenerator
    ) -> RoutedRequest {
        var routed = decide(request, endpoints, &random)
        routed.fields = [Self.mark]
        return routed
    }

    private func decide(
        _ request: RoutableRequest, _ endpoints: EndpointSet, _ random: inout some RandomNumberGenerator
    ) -> RoutedRequest {
        if request.head.contains("from-balancer") { return toOwn(request) }
        switch ClusterPath(request.appPath) {
        case .info(let service): return RoutedRequest(.answer(info(of: service, request, endpoints, &random)))
        case .endpoint(let hash, let service, let path):
            var routed = toEndpoint(hash, service, request, endpoints, &random)
            routed.target = path + request.query
            return routed
        case .other: return other(request, endpoints, &random)
        }
    }

    // MARK: What names an endpoint

    private func toEndpoint(
        _ hash: String, _ service: String, _ request: RoutableRequest, _ endpoints: EndpointSet,
        _ random: inout some RandomNumberGenerator
    ) -> RoutedRequest {
        guard let name = try? ServiceName(service) else { return RoutedRequest(.answer(.noEndpoint(of: service))) }
        if endpoints.endpoint(hash, of: name) != nil {
            return RoutedRequest(.nodes([hash], otherwise: failure(request)))
        }
        // Who asks for an endpoint that is gone has to begin anew, and learns that by the status.
        guard rules.has(.unknownHashRepicked) else { return RoutedRequest(.answer(.unknownHash)) }
        guard let drawn = draw(name, endpoints, &random).first else { return RoutedRequest(.answer(.nothingToPick)) }
        return RoutedRequest(.nodes([drawn], otherwise: failure(request)))
    }

    private func toOwn(_ request: RoutableRequest) -> RoutedRequest {
        RoutedRequest(.nodes([own], otherwise: failure(request)))
    }

    // MARK: What names none

    private func other(
        _ request: RoutableRequest, _ endpoints: EndpointSet, _ random: inout some RandomNumberGenerator
    ) -> RoutedRequest {
        if request.upgrades {
            if rules.has(.legacyCookieCrash), request.cookie(ClusterRules.legacyCookie) != nil {
                return RoutedRequest(.crash)
            }
            if rules.has(.directSocketsUnbalanced) { return toOwn(request) }
        }
        var candidates = draw(rules.uiService, endpoints, &random)
        let shown = shown(request, endpoints)
        if let shown, let place = candidates.firstIndex(of: shown) {
            candidates.insert(candidates.remove(at: place), at: 0)
        }
        guard !candidates.isEmpty else { return RoutedRequest(.answer(.noEndpointYet(of: rules.uiService))) }
        if keepsToOne(request) { candidates = [candidates[0]] }
        var routed = RoutedRequest(.nodes(candidates, otherwise: failure(request)))
        routed.setsCookie = true
        routed.shown = shown
        return routed
    }

    /// The hash that its cookie names; of several cookies that of the first endpoint which is there.
    private func shown(_ request: RoutableRequest, _ endpoints: EndpointSet) -> String? {
        let names = [rules.readCookie, rules.twinCookie].compactMap { $0 }
        let hashes = names.flatMap { request.cookies($0).map(String.init) }
        return hashes.first { endpoints.endpoint($0, of: rules.uiService) != nil } ?? hashes.first
    }

    /// Whether a request whose endpoint can't be reached is lost, and not another one's.
    private func keepsToOne(_ request: RoutableRequest) -> Bool {
        rules.has(request.upgrades ? .deadUpgradeDropped : .deadEndpointSilent)
    }

    private func failure(_ request: RoutableRequest) -> RoutedRequest.Failure {
        if keepsToOne(request) { return request.upgrades ? .drop : .silence }
        return .answer(.deadEndpoint)
    }

    private func draw(
        _ service: ServiceName, _ endpoints: EndpointSet, _ random: inout some RandomNumberGenerator
    ) -> [String] {
        ClusterDraw(own: own, selfWeight: rules.selfWeight).order(endpoints.of(service), using: &random)
    }

    // MARK: Info

    private func info(
        of name: String?, _ request: RoutableRequest, _ endpoints: EndpointSet,
        _ random: inout some RandomNumberGenerator
    ) -> RoutedAnswer {
        let service = name.map { try? ServiceName($0) } ?? rules.uiService
        guard let service, service == rules.uiService || rules.publicServices.contains(service),
            let endpoint = endpoint(of: service, request, endpoints, &random)
        else { return .noEndpoint(of: name ?? rules.uiService.text) }
        let balancer = endpoint.balancer ?? endpoints.all.compactMap(\.balancer).randomElement(using: &random)
        let root = (balancer ?? rules.rootURL).map { $0.text.hasSuffix("/") ? String($0.text.dropLast()) : $0.text }
        let base = root ?? request.head.first("host").map { "http://\($0)" } ?? ""
        let info = SockJSInfo(
            websocket: rules.offersWebSocket, entropy: UInt32.random(in: .min ... .max, using: &random),
            baseURL: "\(base)/\(ClusterPath.endpoints)/\(endpoint.url.hash)/\(service)")
        return RoutedAnswer(
            200, info.text, contentType: "application/json; charset=UTF-8",
            fields: ["Access-Control-Allow-Origin": "*", "Cache-Control": "no-store, no-cache, max-age=0"])
    }

    private func endpoint(
        of service: ServiceName, _ request: RoutableRequest, _ endpoints: EndpointSet,
        _ random: inout some RandomNumberGenerator
    ) -> ServiceEndpoint? {
        if service == rules.uiService, let shown = shown(request, endpoints),
            let endpoint = endpoints.endpoint(shown, of: service)
        {
            return endpoint
        }
        return draw(service, endpoints, &random).first.flatMap { endpoints.endpoint($0, of: service) }
    }
}

extension RoutableRequest {
    /// The path for which the app takes the request: in an app of ours a field can say that it is another one than that of
    /// its target, and a balancer within the app knows it as the app does.
    fileprivate var appPath: Substring {
        guard let route = head.first("x-stickler-route") else { return path }
        return Substring(route.prefix { $0 != "?" })
    }

    /// The query of the target with its mark, or nothing.
    fileprivate var query: Substring { head.target.firstIndex(of: "?").map { head.target[$0...] } ?? "" }
}

extension RoutedAnswer {
    fileprivate static let deadEndpoint = RoutedAnswer(
        502, "The endpoint of this request can't be reached.\n")
    fileprivate static let unknownHash = RoutedAnswer(
        410, "No endpoint has this hash; ask for info again.\n")
    fileprivate static let nothingToPick = RoutedAnswer(500, "There is no endpoint.\n")

    fileprivate static func noEndpoint(of service: String) -> RoutedAnswer {
        RoutedAnswer(404, "no such endpoint for service: \(service.prefix(ServiceName.longest))\n")
    }

    fileprivate static func noEndpointYet(of service: ServiceName) -> RoutedAnswer {
        RoutedAnswer(503, "No endpoint of the service \(service) is known.\n", fields: ["Retry-After": "1"])
    }
}
