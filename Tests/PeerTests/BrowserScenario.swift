/// One session that the page in `harness/browser` opens, uses and closes.
struct BrowserScenario: Sendable, Hashable, Encodable {
    /// Names the scenario in results; unique in a run.
    var id: String
    /// Of the SockJS service; absolute.
    var url: String
    /// The transports the client may use; nil leaves it its own list.
    var transports: [String]?
    /// Numbered messages of 100 characters that are sent at once and must be echoed.
    var messages = 100
    /// Whether strings that are hard to quote follow them.
    var cornerCases = true
    /// Corner cases that are not sent.
    var leftOut: [String] = []
    /// Whether the server closes; else the page does, after the last echo.
    var awaitsClose = false
    /// Least time each transport has to open; the client's own deadlines are as short as the network is near.
    var transportMilliseconds = 5_000
    /// For the whole scenario.
    var milliseconds = 15_000
}

/// The scenarios of one page; the browser goes from stop to stop.
struct BrowserStop: Sendable, Encodable {
    /// The origin of the page, such as `http://localhost:8080`; part of no scenario, for the page is there already.
    var origin: String
    var scenarios: [BrowserScenario]
    /// How many run side by side; a browser opens at most six connections to one host and port.
    var atOnce = 3

    private enum CodingKeys: CodingKey { case scenarios, atOnce, next }
    /// The URL of the page to go to afterwards.
    var next: String?

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(scenarios, forKey: .scenarios)
        try container.encode(atOnce, forKey: .atOnce)
        try container.encode(next, forKey: .next)
    }
}

/// What became of a scenario, as the page saw it.
struct BrowserResult: Sendable, Hashable, Decodable {
    /// A transport that was given up before another one opened.
    struct Attempt: Sendable, Hashable, Decodable {
        var transport: String
        /// The client's own: 2007 for one that timed out.
        var code: Int
        var reason: String
        /// Since the session began.
        var milliseconds: Int
    }

    var id: String
    /// The transport that opened; nil if none did.
    var transport: String?
    var openMilliseconds: Int?
    var attempts: [Attempt]
    var sent: Int
    /// How many messages came back in order and unaltered.
    var echoed: Int
    /// The first message that did not.
    var difference: String?
    var closeCode: Int?
    var closeReason: String?
    /// What kept the scenario from ending by a close.
    var problem: String?
    var milliseconds: Int
}
