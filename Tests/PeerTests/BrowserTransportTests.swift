import ReferenceNode
import Testing

@Suite(
    .enabled(if: Browser.isInstalled, "needs Debian's chromium and node-sockjs-client"), .timeLimit(.minutes(3)),
    .tags(.foreignPeer))
struct `A real browser with sockjs-client` {
    private static let transports = [
        "websocket", "xhr-streaming", "eventsource", "iframe-eventsource", "htmlfile", "iframe-htmlfile", "xhr-polling",
        "iframe-xhr-polling", "jsonp-polling",
    ]
    private static let messages = 100

    @Test func `talks to the node on every transport, from its own and from another origin, directly and by proxy`()
        async throws
    {
        try await BrowserBench.run { bench in
            let node = "http://127.0.0.1:\(bench.node.listen.port)"
            let proxy = "http://127.0.0.1:\(bench.proxy.listen.port)"
            func scenarios(_ kind: String, at origin: String, without excluded: String? = nil) -> [BrowserPlan.Scenario]
            {
                Self.transports.filter { $0 != excluded }.map { transport in
                    BrowserPlan.Scenario(
                        id: "\(kind), \(transport)", url: "\(origin)/echo", transports: [transport],
                        echo: Self.messages, closeURL: "\(origin)/close")
                }
            }
            // htmlfile is for pages of the server's origin only.
            let foreign =
                scenarios("other origin, directly", at: node, without: "htmlfile")
                + scenarios("other origin, by proxy", at: proxy, without: "htmlfile")
            let pages = [
                ("http://localhost:\(bench.node.listen.port)", foreign),
                (node, scenarios("same origin, directly", at: node)),
                (proxy, scenarios("same origin, by proxy", at: proxy)),
            ]
            let choices = [
                BrowserPlan.Scenario(id: "choice", url: "\(node)/echo", echo: 1),
                BrowserPlan.Scenario(id: "choice without websocket", url: "\(node)/disabled_websocket_echo", echo: 1),
            ]
            let results = try await bench.results(of: pages + [(node, choices)], atOnce: 3)
            for (choice, transport) in zip(choices, ["websocket", "xhr-streaming"]) {
                #expect(results[choice.id]?.transport == transport)
                #expect(results[choice.id]?.attempts?.map(\.transport) == [transport])
            }
            for scenario in pages.flatMap({ $0.1 }) {
                let result = try #require(results[scenario.id], "nothing came of \(scenario.id)")
                let comment = Comment(rawValue: "\(scenario.id): \(result)")
                #expect(result.error == nil, comment)
                #expect(result.transport == scenario.transports?.first, comment)
                #expect(result.echoed == result.expected, comment)
                #expect((result.expected ?? 0) > Self.messages, comment)
                #expect(result.wrong == [], comment)
                #expect(result.closed == BrowserResult.Close(code: 1000, reason: "Normal closure"), comment)
                #expect(result.goAway == BrowserResult.Close(code: 3000, reason: "Go away!"), comment)
            }
        }
    }
}
