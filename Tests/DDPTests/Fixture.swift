import Foundation
import TestSupport

/// Files of fixtures, those of fixtures/ddp by their name.
enum Fixture {
    static func text(_ name: String) throws -> String { try String(contentsOf: url(name), encoding: .utf8) }

    static func decode<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(contentsOf: url(name)))
    }

    /// A folder of fixtures.
    static func folder(_ name: String) -> URL { Checkout.fixture(name) }

    private static func url(_ name: String) -> URL { folder("ddp").appending(path: name) }
}
