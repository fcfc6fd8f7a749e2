import Synchronization

/// The last bytes a process wrote, at most `limit` of them.
final class OutputTail: Sendable {
    private let limit: Int
    private let bytes = Mutex<[UInt8]>([])

    init(limit: Int = 16_384) { self.limit = limit }

    func append(_ more: UnsafeRawBufferPointer) {
        bytes.withLock { bytes in
            bytes.append(contentsOf: more.suffix(limit))
            if bytes.count > limit { bytes.removeFirst(bytes.count - limit) }
        }
    }

    /// The text, without white space at its ends; bytes that are not UTF-8 are replaced.
    var text: String {
        let text = String(decoding: bytes.withLock { $0 }, as: UTF8.self)
        return String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
