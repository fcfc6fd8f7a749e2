import NIOCore
import NIOPosix
import ReferenceNode
import StickyProxy
import Testing
import Wire

/// Debian's sockjs-client in a real browser, one at a time.
@Suite(.serialized, .tags(.foreignPeer))
struct BrowserTests {
    @Test(.timeLimit(.minutes(3)))
    func `the browser speaks every transport with node-sockjs`() async throws {
        guard DebianPackage.areInstalled(.chromium, .sockJSClient, .nodeSockJS) else { return }
        let page = try await BrowserPage.start()
        let (results, expected) = try await NodeSockJSServer.with(options: .init(scriptURL: try page.scriptURL())) {
            service in
            let matrix = BrowserTransportMatrix(name: "node-sockjs", service: service)
            let (stops, expected) = try await matrix.plan(page)
            let results = try await Chromium.results(at: try page.plan(stops), of: page, within: .seconds(60))
            return (results, expected)
        }
        try await page.close()
        BrowserTransportMatrix.expect(results, toMeet: expected)
    }

    @Test(.timeLimit(.minutes(3)))
    func `the browser speaks every transport with our node, directly and through the reference proxy`() async throws {
        guard DebianPackage.areInstalled(.chromium, .sockJSClient) else { return }
        let page = try await BrowserPage.start()
        let node = try await NodeServer.start(.browserPeer("n1", clientURL: try page.scriptURL()))
        let other = try await NodeServer.start(.browserPeer("n2", clientURL: try page.scriptURL()))
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let proxy = try await ProxyServer.start(
            ProxyConfiguration(
                listen: Endpoint(host: "127.0.0.1", port: 0),
                nodes: [ProxyNode(id: "n1", endpoint: node.listen), ProxyNode(id: "n2", endpoint: other.listen)],
                group: group))
        let direct = try await BrowserTransportMatrix(name: "node", service: node.listen).plan(page)
        let proxied = try await BrowserTransportMatrix(name: "proxy", service: proxy.listen, atOnce: 1).plan(page)
        let results = try await Chromium.results(
            at: try page.plan(direct.stops + proxied.stops), of: page, within: .seconds(60))
        BrowserTransportMatrix.expect(results, toMeet: direct.expected.merging(proxied.expected) { first, _ in first })
        try await proxy.shutdown()
        for node in [node, other] { try await node.shutdown() }
        try await group.shutdownGracefully()
        try await page.close()
    }
}

extension NodeConfiguration {
    /// A node whose iframe pages load the client that the page runs.
    static func browserPeer(_ nodeID: String, clientURL: String) -> NodeConfiguration {
        var configuration = NodeConfiguration(nodeID: nodeID)
        configuration.sockJSClientURL = clientURL
        return configuration
    }
}
