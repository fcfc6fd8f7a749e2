import Foundation
import History
import StickyProxy
import Testing

/// Our emulated client against the one it emulates.
@Suite(.serialized, .tags(.foreignPeer))
struct BrowserAgreementTests {
    @Test(.timeLimit(.minutes(3)))
    func `our client and the browser end up alike in every situation of the table`() async throws {
        guard DebianPackage.areInstalled(.chromium, .sockJSClient) else { return }
        let page = try await BrowserPage.start()
        let lab = try await AgreementLab.start(clientURL: try page.scriptURL())
        var (stops, proxies) = ([BrowserStop](), [AgreementCell: ProxyServer]())
        let elsewhere = try page.origin(host: "localhost")
        var crossSite = BrowserStop(origin: elsewhere, scenarios: [])
        for cell in AgreementCell.all {
            let proxy = try await lab.proxy(cell)
            proxies[cell] = proxy
            let scenario = BrowserScenario(
                id: cell.description, url: "http://\(proxy.listen)/echo", transports: cell.forced.map { [$0.rawValue] },
                messages: AgreementOutcome.messages, cornerCases: false)
            if cell.situation.isCrossSite {
                crossSite.scenarios.append(scenario)
            } else {
                stops.append(BrowserStop(origin: try await page.origin(on: cell.host), scenarios: [scenario]))
            }
        }
        stops.append(crossSite)
        let seen = try await Chromium.results(at: try page.plan(stops), of: page, within: .seconds(60))

        var table = AgreementTable()
        for cell in AgreementCell.all {
            let proxy = try await lab.proxy(cell)
            let recorder = HistoryRecorder()
            let (emulated, milliseconds) = try await AgreementOutcome.ofEmulatedClient(
                lab.client(cell, of: proxy, origin: elsewhere, recorder: recorder), recordedBy: recorder,
                allowing: cell.forced)
            let result = try #require(seen[cell.description])
            let real = AgreementOutcome(result)
            #expect(emulated == real, "\(cell): the browser tells \(result)")
            #expect(result.difference == nil && result.problem == nil, "\(result)")
            for open in [result.openMilliseconds, milliseconds].compactMap(\.self) {
                #expect(open >= real.leastMilliseconds, "\(cell) opened before its deadlines had passed")
            }
            table.append(cell, real, browser: result.openMilliseconds, emulated: milliseconds)
            try await proxy.shutdown()
        }
        for proxy in proxies.values { try await proxy.shutdown() }
        try await lab.shutdown()
        try await page.close()

        print(table.text)
        #expect(table.csv == (try AgreementTable.committed()), "the table has changed:\n\(table.csv)")
    }
}
