import Testing
import Wire

/// Every transport of the browser's client forced in turn on the services of the SockJS test suite, from a page of
/// another site and from one of the service's own origin.
struct BrowserTransportMatrix: Sendable {
    /// Names the service in ids of scenarios.
    var name: String
    var service: Endpoint
    /// How many scenarios run side by side. Behind a balancer with cookies only one does: sessions that begin together
    /// without a cookie get different ones, and the browser keeps the last.
    var atOnce = 3

    /// What the browser must report of a scenario.
    struct Expectation: Sendable, Equatable {
        var transport: String?
        var closeCode: Int?
        var closeReason: String?
        /// Whether messages came back; all that were sent, in order and unaltered.
        var isEchoed: Bool
    }

    private struct Row {
        var scenario: BrowserScenario
        var expectation: Expectation
    }

    /// The stops of a browser, and what it must report of each scenario by its id.
    func plan(_ page: BrowserPage) async throws -> (stops: [BrowserStop], expected: [String: Expectation]) {
        let front = try await page.front(of: service)
        let places = [
            ("cross-origin", try page.origin(host: "localhost"), service), ("same-origin", "http://\(front)", front),
        ]
        var (stops, expected): ([BrowserStop], [String: Expectation]) = ([], [:])
        for (place, origin, base) in places {
            let rows = rows(place, base: "http://\(base)")
            stops.append(BrowserStop(origin: origin, scenarios: rows.map(\.scenario), atOnce: atOnce))
            for row in rows { expected[row.scenario.id] = row.expectation }
        }
        return (stops, expected)
    }

    private func rows(_ place: String, base: String) -> [Row] {
        var rows = BrowserTransport.allCases.map { transport in
            // The client uses an htmlfile of its own origin only.
            let isEligible = transport != .htmlFile || place == "same-origin"
            return Row(
                scenario: BrowserScenario(
                    id: "\(name)/\(place)/\(transport.rawValue)", url: "\(base)/echo",
                    transports: [transport.rawValue],
                    // It ends the script element that carries the frame: sockjs-node quotes for JSON alone.
                    leftOut: transport.isHTML ? ["</script>"] : []),
                expectation: isEligible ? .echoed(transport) : .failed)
        }
        for transport in [BrowserTransport.webSocket, .xhrStreaming, .xhrPolling, .jsonpPolling] {
            rows.append(
                Row(
                    scenario: BrowserScenario(
                        id: "\(name)/\(place)/close/\(transport.rawValue)", url: "\(base)/close",
                        transports: [transport.rawValue], messages: 0, cornerCases: false, awaitsClose: true),
                    expectation: Expectation(
                        transport: transport.rawValue, closeCode: 3000, closeReason: "Go away!", isEchoed: false)))
        }
        for (service, transport) in [
            ("echo", BrowserTransport.webSocket), ("disabled_websocket_echo", .xhrStreaming),
            ("cookie_needed_echo", .webSocket),
        ] {
            rows.append(
                Row(
                    scenario: BrowserScenario(id: "\(name)/\(place)/default/\(service)", url: "\(base)/\(service)"),
                    expectation: .echoed(transport)))
        }
        return rows
    }

    /// Compares what the browser reports with what it must.
    static func expect(_ results: [String: BrowserResult], toMeet expected: [String: Expectation]) {
        #expect(Set(results.keys) == Set(expected.keys))
        for (id, expectation) in expected.sorted(by: { $0.key < $1.key }) {
            guard let result = results[id] else { continue }
            #expect(result.problem == nil && result.difference == nil && result.echoed == result.sent, "\(result)")
            #expect(
                BrowserTransportMatrix.Expectation(
                    transport: result.transport, closeCode: result.closeCode, closeReason: result.closeReason,
                    isEchoed: result.echoed > 100) == expectation, "\(result)")
        }
    }
}

extension BrowserTransportMatrix.Expectation {
    /// All messages come back on this transport, and the page closes.
    static func echoed(_ transport: BrowserTransport) -> Self {
        Self(transport: transport.rawValue, closeCode: 1000, closeReason: "Normal closure", isEchoed: true)
    }

    /// No transport may be used.
    static let failed = Self(transport: nil, closeCode: 2000, closeReason: "All transports failed", isEchoed: false)
}
