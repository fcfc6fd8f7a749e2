import Testing

/// Debian's sockjs-client in a real browser.
@Suite(.serialized, .tags(.foreignPeer))
struct BrowserTests {
    @Test(.timeLimit(.minutes(3)))
    func `the browser speaks every transport with node-sockjs`() async throws {
        guard DebianPackage.areInstalled(.chromium, .sockJSClient, .nodeSockJS) else { return }
        let page = try await BrowserPage.start()
        let (results, expected) = try await NodeSockJSServer.with(options: ["sockjs_url": try page.scriptURL()]) {
            service in
            let matrix = BrowserTransportMatrix(name: "node-sockjs", service: service)
            let (stops, expected) = try await matrix.plan(page)
            let results = try await Chromium.results(at: try page.plan(stops), of: page, within: .seconds(60))
            return (results, expected)
        }
        try await page.close()
        BrowserTransportMatrix.expect(results, toMeet: expected)
    }
}
