import Fleet
import History
import Testing

@testable import Lab

@Suite("WebSockets of clients are compressed as those of browsers are", .timeLimit(.minutes(1)))
struct CompressionTests {
    @Test(
        "A client offers it as browsers do, a node takes it, and messages of all sizes pass", arguments: [false, true])
    func agreed(isSockJS: Bool) async throws {
        try await TestBenchTests.bench { bench in
            let client = bench.client()
            let carrier = try await WebSocketCarrier.open(
                client, target: isSockJS ? "/echo/000/compressed/websocket" : "/echo/websocket",
                framing: isSockJS ? .sockJS : .raw, session: client.nextSessionName()
            ).get()
            for size in [0, 1, 127, 128, 5_000, 300_000] {
                let message = String(repeating: "again ", count: size / 6 + 1)
                try await carrier.send(message)
                #expect(try await carrier.receive(within: .seconds(30)) == message)
            }
            await carrier.close()
            let history = try await bench.finish()
            let answers = history.events.compactMap { event -> [String]? in
                guard case .responseReceived(let response) = event.kind, response.status == 101 else { return nil }
                return response.values(of: "sec-websocket-extensions")
            }
            #expect(answers == [["permessage-deflate"]])
            let offers = history.events.compactMap { event -> [String]? in
                guard case .requestExecuted(let request) = event.kind, request.status == 101 else { return nil }
                return request.values(of: "sec-websocket-extensions")
            }
            #expect(offers == [["permessage-deflate; client_max_window_bits"]])
        }
    }
}
