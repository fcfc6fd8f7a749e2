import Foundation

/// The files of fixtures/ddp.
enum Fixture {
    static func text(_ name: String) throws -> String { try String(contentsOf: url(name), encoding: .utf8) }

    static func decode<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(contentsOf: url(name)))
    }

    private static func url(_ name: String) -> URL {
        URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../fixtures/ddp/\(name)").standardizedFileURL
    }
}
