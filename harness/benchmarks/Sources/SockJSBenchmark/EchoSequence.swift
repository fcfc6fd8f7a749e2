import BenchmarkProcess
import NIOCore

/// The messages of one session, 64 bytes each and all different, and the check that their echoes come back in order.
struct EchoSequence {
    private static let digits = 10
    private static let prefix: StaticString = "message-"
    private static let filler = String(repeating: "x", count: 64 - digits - 8)

    private(set) var sent = 0
    private(set) var echoed = 0
    /// The end of the last bytes, in which an echo may have begun.
    private var rest: [UInt8] = []

    mutating func next(_ count: Int) -> [String] {
        let messages = (sent..<(sent + count)).map { number in
            let text = String(number)
            return "message-" + String(repeating: "0", count: Self.digits - text.count) + text + Self.filler
        }
        sent += count
        return messages
    }

    /// How many echoes these bytes complete.
    mutating func receive(_ bytes: ByteBuffer) throws -> Int {
        let before = echoed
        if rest.isEmpty {
            try bytes.withUnsafeReadableBytes { try scan($0) }
        } else {
            var joined = rest
            joined.append(contentsOf: bytes.readableBytesView)
            rest = []
            try joined.withUnsafeBytes { try scan($0) }
        }
        return echoed - before
    }

    private mutating func scan(_ bytes: UnsafeRawBufferPointer) throws {
        let length = Self.prefix.utf8CodeUnitCount
        var offset = 0
        while let start = bytes.offset(of: Self.prefix, from: offset) {
            let end = start + length + Self.digits
            guard end <= bytes.count else {
                rest = Array(bytes[start...])
                return
            }
            let number = bytes[(start + length)..<end].reduce(0) { $0 * 10 + Int($1) - 48 }
            guard number == echoed else {
                throw ServerProcess.Failure(
                    description: "expected the echo of message \(echoed), got that of \(number)")
            }
            echoed += 1
            offset = end
        }
        rest = Array(bytes[max(offset, bytes.count - length + 1)...])
    }
}
