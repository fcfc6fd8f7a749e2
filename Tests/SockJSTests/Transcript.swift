import Foundation
import TestSupport
import Testing

/// What sockjs-node answered to a list of steps, see `fixtures/sockjs/README.md`.
struct Transcript: Decodable, Sendable, CustomTestStringConvertible {
    struct Step: Decodable, Sendable {
        var on: String?
        var request: Request?
        var text: String?
        var abort: Bool?
        /// Milliseconds after the start at which all that came had come.
        var elapsed: Int
        var received: [String: Received]
    }

    struct Request: Decodable, Sendable {
        var method: String
        var target: String
        var version: String?
        var fields: [[String]]?
        var body: String?

        func field(_ name: String) -> String? { fields?.first { $0[0].lowercased() == name }?[1] }
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
        var text: String?
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
