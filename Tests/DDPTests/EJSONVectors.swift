import Testing

/// `ddp-ejson-vectors.json`: what Meteor's own packages did.
struct EJSONVectors: Decodable {
    struct Parse: Decodable, Sendable, CustomTestStringConvertible {
        var `in`: String
        var out: String?
        var error: String?

        var testDescription: String { `in` }
    }

    struct Stringify: Decodable, Sendable {
        var value: String
        var out: String?
    }

    struct MongoID: Decodable, Sendable {
        var id: String
        var wire: String?
        var back: String?
        var error: String?
    }

    struct Alea: Decodable, Sendable {
        /// Texts and whole numbers.
        var seeds: [Seed]
        var id: String
        var id2: String
        var hex20: String
        var fraction: Double
    }

    struct Seed: Decodable, Sendable {
        var text: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Int.self) {
                text = String(number)
            } else {
                text = try container.decode(String.self)
            }
        }
    }

    var parse: [Parse]
    var stringify: [Stringify]
    var mongoId: [MongoID]
    var alea: [Alea]

    static func read() throws -> EJSONVectors { try Fixture.decode(EJSONVectors.self, "ddp-ejson-vectors.json") }
}
