import Foundation
import TestSupport
import Testing

/// What sockjs-node answered to a list of steps, see `fixtures/sockjs/README.md`; as in SockJSTests.
struct Transcript: Decodable, Sendable, CustomTestStringConvertible {
    struct Step: Decodable, Sendable {
        var on: String?
        var request: Request?
        var text: String?
        var abort: Bool?
        /// Close code and reason.
        var close: CloseFrame?
        /// Milliseconds in which timers of the server could fire.
        var wait: Int?
        /// Milliseconds after the start at which all that came had come.
        var elapsed: Int
        var received: [String: Received]
    }

    struct CloseFrame: Decodable, Sendable {
        var code: UInt16
        var reason: String

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            code = try container.decode(UInt16.self)
            reason = try container.decode(String.self)
        }
    }

    struct Request: Decodable, Sendable {
        var method: String
        var target: String
        var version: String?
        var fields: [[String]]?
        var body: String?

        var isUpgrade: Bool { fields?.contains { $0[0] == "Upgrade" } == true }
        var session: String? {
            let segments = target.split(separator: "/")
            return segments.count > 2 ? String(segments[2]) : nil
        }
    }

    struct Received: Decodable, Sendable, Equatable {
        var status: Int?
        var fields: [[String]]?
        var pieces: [String]?
        var frames: [Frame]?
        var finished: Bool?
        var closed: Bool?
    }

    struct Frame: Decodable, Sendable, Equatable {
        var opcode: Int
        var code: Int?
        var text: String
    }

    var name: String
    var steps: [Step]

    var testDescription: String { name }

    static func all() throws -> [Transcript] {
        struct File: Decodable { var transcripts: [Transcript] }
        let file = Checkout.fixture("sockjs/transcripts.json")
        return try JSONDecoder().decode(File.self, from: Data(contentsOf: file)).transcripts
    }
}
