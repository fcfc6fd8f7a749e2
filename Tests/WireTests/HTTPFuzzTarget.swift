import NIOCore
import NIOHTTP1
import Wire

/// What fuzzing runs on any input: it must neither trap nor hang nor grow, and what it promises is checked.
///
/// `harness/fuzz` compiles this file too; `HTTPFuzzTests` replays the inputs that were found.
enum HTTPFuzzTarget: String, CaseIterable {
    /// What a client sends on a connection, split anywhere.
    case requests
    /// What a server sends on a connection, split anywhere.
    case responses

    /// The first byte chooses where the rest is split.
    func run(_ input: UnsafeBufferPointer<UInt8>) {
        guard let first = input.first else { return }
        let bytes = Array(input.dropFirst())
        let size = Int(first % 16) + 1
        let pieces = stride(from: 0, to: bytes.count, by: size).map { bytes[$0..<min($0 + size, bytes.count)] }
        switch self {
        case .requests:
            precondition(ParsedRequests([bytes[...]]) == ParsedRequests(pieces), "splits make a difference")
            Self.checkHeads(bytes)
        case .responses:
            precondition(ParsedResponses([bytes[...]]) == ParsedResponses(pieces), "splits make a difference")
        }
    }

    /// What a head hands out of its lines is read as the same head again.
    private static func checkHeads(_ bytes: [UInt8]) {
        var parser = RequestParser()
        parser.receive(ByteBuffer(bytes: bytes))
        while let event = try? parser.next() {
            guard case .head(let head) = event else { continue }
            for count in Set([0, head.fieldCount / 2, head.fieldCount]) {
                let lines = head.withLines(fields: count) { Array($0) } + Array("\r\n".utf8)
                let again = ParsedRequests([lines[...]]).lines.first
                let fields = head.allFields.prefix(count).map { "\($0.name)=\($0.value)" }.joined(separator: ",")
                precondition(
                    again == "\(head.method.rawValue) \(head.target) \(head.version.minor) \(fields)",
                    "the lines of a head are another head")
            }
        }
    }
}
