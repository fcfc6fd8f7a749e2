import DequeModule

/// A queue that never moves what it holds, and whose elements keep their numbers when those before them go: a growing
/// array would copy all of it again and again.
struct ChunkedQueue<Element> {
    private static var chunkSize: Int { 1_024 }

    private var chunks: Deque<[Element?]> = []
    /// Elements that have left the first chunk.
    private var gone = 0
    /// The number of the first element.
    private(set) var start = 0
    private(set) var count = 0

    /// The number that the next element gets.
    var end: Int { start + count }

    mutating func append(_ element: Element) {
        if (gone + count) % Self.chunkSize == 0 {
            chunks.append([])
            // The first one grows, since most nodes record little.
            if chunks.count > 1 { chunks[chunks.count - 1].reserveCapacity(Self.chunkSize) }
        }
        chunks[chunks.count - 1].append(element)
        count += 1
    }

    mutating func popFirst() -> Element? {
        guard count > 0 else { return nil }
        let element = chunks[0][gone]
        // Freed now, not with the whole chunk.
        chunks[0][gone] = nil
        gone += 1
        start += 1
        count -= 1
        if gone == Self.chunkSize {
            chunks.removeFirst()
            gone = 0
        }
        return element
    }

    /// Forgets everything; the next element gets this number, which is no lower than `end`.
    mutating func restart(at number: Int) {
        chunks.removeAll()
        gone = 0
        start = max(number, end)
        count = 0
    }

    /// The element of this number; nil if there is none, or none any more.
    subscript(number: Int) -> Element? {
        guard number >= start, number < end else { return nil }
        let offset = gone + number - start
        return chunks[offset / Self.chunkSize][offset % Self.chunkSize]
    }
}

extension ChunkedQueue: Sendable where Element: Sendable {}
