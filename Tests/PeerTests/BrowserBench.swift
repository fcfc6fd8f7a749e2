import NIOPosix
import ReferenceNode
import StickyProxy
import Wire

/// A node that a browser reaches directly and through the reference proxy, and the place where its reports arrive.
struct BrowserBench: Sendable {
    let node: NodeServer
    let proxy: ProxyServer
    let reports: BrowserReports

    static func run(
        _ behavior: Behavior = .reference, _ body: @escaping @Sendable (BrowserBench) async throws -> Void
    ) async throws {
        var configuration = NodeConfiguration(nodeID: "n1")
        configuration.sockJSClientURL = "/sockjs.min.js"
        let script = "text/javascript; charset=UTF-8"
        configuration.documents = [
            "/page.html": NodeDocument(
                contentType: "text/html; charset=UTF-8", bytes: try BrowserFiles.data("page.html")),
            "/page.js": NodeDocument(contentType: script, bytes: try BrowserFiles.data("page.js")),
            "/sockjs.min.js": NodeDocument(contentType: script, bytes: try BrowserFiles.data("sockjs.min.js")),
        ]
        let node = try await NodeServer.start(configuration)
        let proxy = try await ProxyServer.start(
            ProxyConfiguration(
                listen: Endpoint(host: "127.0.0.1", port: 0), nodes: [ProxyNode(id: "n1", endpoint: node.listen)],
                behavior: behavior, group: MultiThreadedEventLoopGroup.singleton))
        let bench = BrowserBench(node: node, proxy: proxy, reports: try await BrowserReports.start())
        do {
            try await body(bench)
        } catch {
            try await bench.stop()
            throw error
        }
        try await bench.stop()
    }

    private func stop() async throws {
        try await reports.stop()
        try await proxy.shutdown()
        try await node.shutdown()
    }

    var reportURL: String { "http://127.0.0.1:\(reports.endpoint.port)/" }

    /// Opens the page at `origin` and collects its results until it, and the pages it goes on to, are done.
    func results(
        of pages: [(origin: String, scenarios: [BrowserPlan.Scenario])], atOnce: Int
    ) async throws -> [String: BrowserResult] {
        var next: String?
        for page in pages.reversed() {
            next = try BrowserPlan(report: reportURL, atOnce: atOnce, scenarios: page.scenarios, next: next)
                .url(at: page.origin)
        }
        guard let first = next else { return [:] }
        let collected = Collected()
        let results = reports.results
        let count = pages.count
        try await Browser.open(first) {
            var done = 0
            for await result in results {
                if result.done == true { done += 1 } else { await collected.add(result) }
                if done == count { break }
            }
        }
        return await collected.results
    }
}

private actor Collected {
    private(set) var results: [String: BrowserResult] = [:]
    func add(_ result: BrowserResult) { results[result.id ?? "unreadable"] = result }
}
