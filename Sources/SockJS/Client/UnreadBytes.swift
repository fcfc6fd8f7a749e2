/// Bytes of a body that are not understood yet, searched once however they are split.
struct UnreadBytes: Sendable {
    private(set) var bytes: [UInt8] = []
    private var start = 0
    private var searched = 0
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    var isEmpty: Bool { start == bytes.count }
    var count: Int { bytes.count - start }
    var unread: ArraySlice<UInt8> { bytes[start...] }

    mutating func append(_ more: some Sequence<UInt8>) {
        if start > 0, start * 2 >= bytes.count {
            bytes.removeSubrange(..<start)
            searched -= start
            start = 0
        }
        bytes.append(contentsOf: more)
    }

    /// Throws when more than the limit waits for its end.
    func checkLimit(_ what: String) throws(SockJSFrameError) {
        guard count <= limit else {
            throw SockJSFrameError(
                expected: "\(what) of at most \(limit) bytes", text: text(prefix: 80), offset: limit,
                remedy: "the answer does not come from a SockJS server, or something merged its frames")
        }
    }

    /// Takes what stands before the next occurrence of `end`, and passes over both.
    mutating func take(through end: [UInt8]) -> ArraySlice<UInt8>? {
        guard let last = end.last else { return nil }
        var at = max(searched, start)
        while let found = bytes[at...].firstIndex(of: last) {
            at = found + 1
            if at - start >= end.count, bytes[(at - end.count)..<at].elementsEqual(end) {
                let taken = bytes[start..<(at - end.count)]
                start = at
                searched = at
                return taken
            }
        }
        searched = bytes.count
        return nil
    }

    /// Takes a line that ends with CR, LF or both; a CR at the very end waits for what follows it.
    mutating func takeLine() -> ArraySlice<UInt8>? {
        let from = max(searched, start)
        guard let end = bytes[from...].firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) else {
            searched = bytes.count
            return nil
        }
        searched = end
        var next = end + 1
        if bytes[end] == 0x0D {
            guard next < bytes.count else { return nil }
            if bytes[next] == 0x0A { next += 1 }
        }
        let line = bytes[start..<end]
        start = next
        searched = next
        return line
    }

    func text(prefix: Int) -> String { String(decoding: unread.prefix(prefix), as: UTF8.self) }
}
