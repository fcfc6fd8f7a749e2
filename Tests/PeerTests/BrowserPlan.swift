import Foundation
import Wire

/// What the page in `harness/browser` is to do; `page.js` explains the keys.
struct BrowserPlan: Encodable, Sendable {
    struct Scenario: Encodable, Sendable {
        var id: String
        var url: String
        var transports: [String]?
        /// Milliseconds for the whole scenario.
        var limit = 15_000
        /// Numbered messages to send and await; nil for none.
        var echo: Int?
        var closeURL: String?
    }

    var report: String
    var atOnce = 1
    var scenarios: [Scenario]
    var next: String?

    /// The page at an origin such as `http://127.0.0.1:8000`, with this plan.
    func url(at origin: String) throws -> String {
        let json = String(decoding: try JSONEncoder().encode(self), as: UTF8.self)
        let hash = json.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        return "\(origin)/page.html#\(hash)"
    }
}

/// What the page reports of a scenario.
struct BrowserResult: Decodable, Sendable {
    struct Close: Decodable, Sendable, Equatable {
        var code: Int
        var reason: String
    }

    struct Attempt: Decodable, Sendable {
        var transport: String
        /// Milliseconds since the scenario's start.
        var started: Double
        /// When it failed; nil if it did not.
        var ended: Double?
        var code: Int?
        var reason: String?
    }

    var id: String?
    /// Milliseconds until it was closed again.
    var took: Double?
    /// Milliseconds until it was open.
    var opened: Double?
    var transport: String?
    /// Messages sent and awaited.
    var expected: Int?
    var echoed: Int?
    var wrong: [String]?
    var closed: Close?
    var goAway: Close?
    var attempts: [Attempt]?
    var error: String?
    /// Nothing more comes from this page.
    var done: Bool?
}
