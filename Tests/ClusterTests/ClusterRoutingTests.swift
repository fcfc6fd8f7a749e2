import Discovery
import SockJS
import StickyProxy
import TestSupport
import Testing

@testable import Cluster

@Suite("A balancer within an app")
struct ClusterRoutingTests {
    func route(
        _ request: RoutableRequest, among endpoints: EndpointSet = Sample.all, defects: Set<ClusterDefect> = [],
        seed: UInt64 = 1, _ change: (inout ClusterRules) -> Void = { _ in }
    ) -> RoutedRequest {
        var rules = ClusterRules(service: .web, defects: defects)
        change(&rules)
        var random = SplitMix(state: seed)
        return ClusterRouting(rules, own: Sample.own.hash).route(request, among: endpoints, using: &random)
    }

    /// The nodes that a request may go to, in their order.
    func nodes(_ routed: RoutedRequest) -> [String] {
        if case .nodes(let names, _) = routed.course { names } else { [] }
    }

    func failure(_ routed: RoutedRequest) -> RoutedRequest.Failure? {
        if case .nodes(_, let failure) = routed.course { failure } else { nil }
    }

    func answer(_ routed: RoutedRequest) -> RoutedAnswer? {
        if case .answer(let answer) = routed.course { answer } else { nil }
    }

    func baseURL(_ routed: RoutedRequest) throws -> String? {
        guard case .answer(let info) = routed.course else { return nil }
        #expect(info.status == 200)
        #expect(info.contentType.hasPrefix("application/json"))
        #expect(info.fields["Access-Control-Allow-Origin"] == "*")
        return try SockJSInfo(parsing: info.text).baseURL
    }

    // MARK: URLs that name an endpoint

    @Test(arguments: [false, true])
    func `a hash leads to its endpoint alone, at the path where that has its sockets`(_ upgrades: Bool) throws {
        let routed = route(
            try request("/cluster-ddp/\(Sample.third.hash)/web/000/s1/xhr?t=1", upgrades: upgrades))
        #expect(nodes(routed) == [Sample.third.hash])
        #expect(routed.target == "/sockjs/000/s1/xhr?t=1")
        #expect(!routed.setsCookie)
        guard case .answer(let answer)? = failure(routed) else { Issue.record("no answer"); return }
        #expect(answer.status == 502)
    }

    @Test func `an endpoint of a service that is not public is reached by its hash`() throws {
        let routed = route(try request("/cluster-ddp/\(Sample.search.hash)/search/000/s1/xhr"))
        #expect(nodes(routed) == [Sample.search.hash])
    }

    @Test(arguments: ["web", "search", "none", "-"])
    func `a hash that no endpoint of the service has is refused`(_ service: String) throws {
        let routed = route(try request("/cluster-ddp/0f0f/\(service)/000/s1/xhr"))
        #expect([404, 410].contains(try #require(answer(routed)).status))
    }

    @Test func `with its defect such a hash gets another endpoint with each request, or a 500 where there is none`()
        throws
    {
        let asked = try request("/cluster-ddp/0f0f/web/000/s1/xhr")
        var seen: Set<[String]> = []
        for seed in 0..<20 { seen.insert(nodes(route(asked, defects: [.unknownHashRepicked], seed: UInt64(seed)))) }
        #expect(seen == [[Sample.own.hash], [Sample.second.hash], [Sample.third.hash]])
        let none = route(asked, among: EndpointSet(), defects: [.unknownHashRepicked])
        #expect(answer(none)?.status == 500)
    }

    // MARK: Pages

    @Test func `a page is drawn, and tells its endpoint in a cookie`() throws {
        var first: Set<String> = []
        for seed in 0..<30 {
            let routed = route(try request("/"), seed: UInt64(seed))
            #expect(Set(nodes(routed)) == [Sample.own.hash, Sample.second.hash, Sample.third.hash])
            #expect(routed.setsCookie && routed.shown == nil && routed.target == nil)
            first.insert(nodes(routed)[0])
        }
        #expect(first.count == 3)
    }

    @Test(arguments: [false, true], ["cluster-endpoint::web", "cluster-endpoint-cors::web"])
    func `a cookie leads pages and sockets back, and to another endpoint where that can't be reached`(
        _ upgrades: Bool, _ name: String
    ) throws {
        for seed in 0..<10 {
            let routed = route(
                try request("/websocket", upgrades: upgrades, "Cookie: \(name)=\(Sample.second.hash)"),
                seed: UInt64(seed))
            #expect(nodes(routed).first == Sample.second.hash && nodes(routed).count == 3)
            #expect(routed.shown == Sample.second.hash)
        }
    }

    @Test func `of several cookies of its name the first counts that names an endpoint`() throws {
        for seed in 0..<10 {
            let routed = route(
                try request(
                    "/", "Cookie: cluster-endpoint::web=left-over; cluster-endpoint::web=\(Sample.third.hash)",
                    "Cookie: cluster-endpoint::web=\(Sample.second.hash)"), seed: UInt64(seed))
            #expect(nodes(routed).first == Sample.third.hash && routed.shown == Sample.third.hash)
        }
    }

    @Test func `a cookie that names no endpoint of the service is replaced`() throws {
        let routed = route(try request("/", "Cookie: cluster-endpoint::web=\(Sample.search.hash)"))
        #expect(!nodes(routed).contains(Sample.search.hash) && nodes(routed).count == 3)
        #expect(routed.setsCookie && routed.shown == Sample.search.hash)
    }

    @Test func `with its defect the cookie that is set is not the one that is read`() throws {
        let rules = ClusterRules(service: .web, defects: [.cookieNameMismatch])
        #expect(rules.setCookie == "cluster-endpoint::web" && rules.readCookie == "cluster-endpoint")
        var first: Set<String> = []
        for seed in 0..<20 {
            let asked = try request("/", "Cookie: cluster-endpoint::web=\(Sample.second.hash)")
            first.insert(nodes(route(asked, defects: [.cookieNameMismatch], seed: UInt64(seed)))[0])
            let former = try request("/", "Cookie: cluster-endpoint=\(Sample.second.hash)")
            #expect(nodes(route(former, defects: [.cookieNameMismatch], seed: UInt64(seed)))[0] == Sample.second.hash)
        }
        #expect(first.count == 3)
    }

    @Test func `without any endpoint of the service a page is to be asked for again`() throws {
        let routed = route(try request("/"), among: Sample.set(Sample.search))
        #expect(answer(routed)?.status == 503)
        #expect(answer(routed)?.fields["Retry-After"] == "1")
    }

    // MARK: Endpoints that can't be reached

    @Test(arguments: [
        (ClusterDefect.deadEndpointSilent, false, RoutedRequest.Failure.silence), (.deadUpgradeDropped, true, .drop),
    ])
    func `with its defect what can't be reached is lost, page and socket each by its own`(
        _ defect: ClusterDefect, _ upgrades: Bool, _ loss: RoutedRequest.Failure
    ) throws {
        for target in ["/", "/cluster-ddp/\(Sample.third.hash)/web/000/s1/xhr"] {
            let lost = route(try request(target, upgrades: upgrades), defects: [defect])
            #expect(nodes(lost).count == 1 && failure(lost) == loss)
            let other = route(try request(target, upgrades: !upgrades), defects: [defect])
            guard case .answer? = failure(other) else { Issue.record("\(other)"); return }
        }
    }

    // MARK: Sockets without a hash

    @Test func `with its defect they stay on the balancer's own endpoint, whatever the cookie says`() throws {
        let asked = try request("/websocket", upgrades: true, "Cookie: cluster-endpoint::web=\(Sample.second.hash)")
        #expect(nodes(route(asked, defects: [.directSocketsUnbalanced])) == [Sample.own.hash])
        let page = try request("/", "Cookie: cluster-endpoint::web=\(Sample.second.hash)")
        #expect(nodes(route(page, defects: [.directSocketsUnbalanced])).first == Sample.second.hash)
    }

    @Test func `a cookie of the former name does nothing, but with its defect to an upgrade`() throws {
        let cookie = "Cookie: cluster-endpoint=x"
        #expect(nodes(route(try request("/websocket", upgrades: true, cookie))).count == 3)
        let crash = route(try request("/websocket", upgrades: true, cookie), defects: [.legacyCookieCrash])
        #expect(crash.course == .crash)
        #expect(nodes(route(try request("/", cookie), defects: [.legacyCookieCrash])).count == 3)
        let named = try request("/cluster-ddp/\(Sample.third.hash)/web/websocket", upgrades: true, cookie)
        #expect(nodes(route(named, defects: [.legacyCookieCrash])) == [Sample.third.hash])
    }

    // MARK: What another balancer has sent on

    @Test(arguments: ["/", "/sockjs/info", "/cluster-ddp/0f/web/000/s1/xhr", "/websocket"])
    func `what a balancer has sent on goes no further than its own endpoint`(_ target: String) throws {
        let routed = route(try request(target, upgrades: target == "/websocket", "from-balancer: YES"))
        #expect(nodes(routed) == [Sample.own.hash] && routed.target == nil && !routed.setsCookie)
    }

    @Test func `all that is sent on says so`() throws {
        for target in ["/", "/cluster-ddp/\(Sample.third.hash)/web/000/s1/xhr"] {
            #expect(route(try request(target)).fields == [Behavior.Headers.Field("From-Balancer", "YES")])
        }
    }

    // MARK: Info

    @Test func `info names an endpoint of the pages' service below the name that was asked`() throws {
        var bases: Set<String> = []
        for seed in 0..<30 {
            bases.insert(try #require(try baseURL(route(try request("/sockjs/info"), seed: UInt64(seed)))))
        }
        let hashes = [Sample.own.hash, Sample.second.hash, Sample.third.hash]
        #expect(bases == Set(hashes.map { "http://shop.test/cluster-ddp/\($0)/web" }))
    }

    @Test func `info names the endpoint of the cookie`() throws {
        for seed in 0..<10 {
            let asked = try request("/sockjs/info?t=2", "Cookie: cluster-endpoint::web=\(Sample.second.hash)")
            #expect(try baseURL(route(asked, seed: UInt64(seed)))?.contains(Sample.second.hash) == true)
        }
    }

    @Test func `another service is told of only if it is public`() throws {
        let asked = try request("/search/sockjs/info")
        let refused = try #require(answer(route(asked)))
        #expect(refused.status == 404 && refused.text == "no such endpoint for service: search\n")
        let base = try baseURL(route(asked) { $0.publicServices = [Sample.search.service] })
        #expect(base == "http://shop.test/cluster-ddp/\(Sample.search.hash)/search")
        let none = route(try request("/other/sockjs/info")) { $0.publicServices = [Sample.search.service] }
        #expect(answer(none)?.status == 404)
    }

    @Test func `info leads to the endpoint's own balancer, or to any, or to the root that the node was told`() throws {
        let own = Sample.endpoint("web", 5, balancer: "https://lb5.test/")
        #expect(
            try baseURL(route(try request("/sockjs/info"), among: Sample.set(own)))?.hasPrefix(
                "https://lb5.test/cluster-ddp/") == true)
        let bare = try request("/sockjs/info", "Cookie: cluster-endpoint::web=\(Sample.second.hash)")
        #expect(
            try baseURL(route(bare, among: Sample.set(own, Sample.second)))?.hasPrefix("https://lb5.test/cluster-ddp/")
                == true)
        let root = try EndpointURL("http://root.test")
        #expect(try baseURL(route(bare) { $0.rootURL = root })?.hasPrefix("http://root.test/cluster-ddp/") == true)
    }

    @Test func `info of a service that has another name in the app's own field is the app's`() throws {
        #expect(nodes(route(try request("/sockjs/info?t=1", "X-Stickler-Route: /echo/info"))).count == 3)
    }

    // MARK: Draws

    @Test(arguments: [0, 0.5, 1])
    func `its own endpoint takes part in as many draws as its weight says`(_ weight: Double) throws {
        var own = 0
        for seed in 0..<600 {
            let routed = route(try request("/"), seed: UInt64(seed)) { $0.selfWeight = weight }
            #expect(nodes(routed).count == 3)
            if nodes(routed)[0] == Sample.own.hash { own += 1 }
        }
        // A third of the draws it takes part in.
        let expected = weight * 200
        #expect(abs(Double(own) - expected) <= 40, "\(own) of 600")
        let alone = route(try request("/"), among: Sample.set(Sample.own)) { $0.selfWeight = weight }
        #expect(nodes(alone) == [Sample.own.hash])
    }
}
