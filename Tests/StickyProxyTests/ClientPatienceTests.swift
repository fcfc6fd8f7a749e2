import Testing

@testable import StickyProxy

@Suite("How long a client may let the proxy wait")
struct ClientPatienceTests {
    /// One second: what came in it, and what the proxy waits for at its end.
    typealias Second = (received: Int, sent: Bool, wait: ClientPatience.Wait)

    static func seconds(
        _ count: Int, received: Int = 0, sent: Bool = false, _ wait: ClientPatience.Wait
    ) -> [Second] {
        Array(repeating: (received: received, sent: sent, wait: wait), count: count)
    }

    /// Limits: 5 s silence, 3 s a head, 3 s for 10 bytes of a body, 4 s an exchange.
    static let table: [(what: String, seconds: [Second], last: ClientPatience.Verdict)] = [
        ("silence from the start", seconds(5, .request), .close),
        ("not too early", seconds(4, .request), .none),
        ("half a head", seconds(4, received: 9, .head(after: 0)), .refuse),
        ("a head in time", seconds(3, received: 9, .head(after: 0)), .none),
        ("each head has its own time", (0..<9).flatMap { seconds(1, received: 9, .head(after: $0)) }, .none),
        ("a body without progress", seconds(4, .body), .refuse),
        ("a body with too little", seconds(4, received: 3, .body), .refuse),
        ("a body with enough", seconds(9, received: 10, .body), .none),
        ("enough within the time", seconds(9, received: 4, .body), .none),
        ("a silent exchange", seconds(5, .answer), .close),
        ("a streamed answer", seconds(9, sent: true, .answer), .none),
        (
            "what was waited for before doesn't count",
            seconds(3, .body) + seconds(4, .answer), .none
        ),
    ]

    @Test("by what it waits for", arguments: table.indices)
    func verdict(_ row: Int) {
        let row = Self.table[row]
        var limits = Behavior.Limits()
        (limits.clientIdle, limits.headTime, limits.bodyTime) = (.seconds(5), .seconds(3), .seconds(3))
        (limits.exchangeIdle, limits.bodyProgress) = (.seconds(4), 10)
        var patience = ClientPatience(limits)
        var verdict = ClientPatience.Verdict.none
        for second in row.seconds {
            if second.received > 0 { patience.received(second.received) }
            if second.sent { patience.sent() }
            verdict = patience.passed(.seconds(1), waitingFor: second.wait)
        }
        #expect(verdict == row.last, Comment(rawValue: row.what))
    }
}
