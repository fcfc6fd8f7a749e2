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

    var parse: [Parse]
    var stringify: [Stringify]
    var mongoId: [MongoID]

    static func read() throws -> EJSONVectors { try Fixture.decode(EJSONVectors.self, "ddp-ejson-vectors.json") }
}
