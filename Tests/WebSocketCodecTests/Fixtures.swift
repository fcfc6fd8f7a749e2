import Foundation
import NIOCore
import TestSupport
import Testing

/// Protocol vectors under `fixtures/websocket`.
enum Fixtures {
    static func load<Vector: Decodable>(_ name: String) throws -> [Vector] {
        let file = Checkout.fixture("websocket/\(name).json")
        return try JSONDecoder().decode([Vector].self, from: Data(contentsOf: file))
    }
}

/// Bytes written as hex words; `2a*256` repeats a byte.
struct HexBytes: Decodable, Equatable, CustomStringConvertible {
    struct Malformed: Error { var word: Substring }

    var bytes: [UInt8]

    init(_ text: String) throws {
        bytes = try text.split(separator: " ").flatMap { word -> [UInt8] in
            let parts = word.split(separator: "*")
            let digits = Array(parts[0].utf8)
            guard digits.count % 2 == 0 else { throw Malformed(word: word) }
            let unit = try stride(from: 0, to: digits.count, by: 2).map { index in
                guard let byte = UInt8(String(decoding: digits[index..<index + 2], as: UTF8.self), radix: 16) else {
                    throw Malformed(word: word)
                }
                return byte
            }
            guard parts.count == 2 else { return unit }
            guard let count = Int(parts[1]) else { throw Malformed(word: word) }
            return Array(repeatElement(unit, count: count).joined())
        }
    }

    init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    var buffer: ByteBuffer { ByteBuffer(bytes: bytes) }
    var description: String { ByteBuffer(bytes: bytes).hex }
}

extension ByteBuffer {
    /// The readable bytes in hex; a long run of one byte as `2a*256`, as in the fixtures.
    var hex: String {
        let bytes = Array(readableBytesView)
        let digits = { (byte: UInt8) in (byte < 16 ? "0" : "") + String(byte, radix: 16) }
        if let first = bytes.first, bytes.count > 4, bytes.allSatisfy({ $0 == first }) {
            return "\(digits(first))*\(bytes.count)"
        }
        return bytes.map(digits).joined()
    }
}
