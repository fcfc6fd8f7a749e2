/// An array that never moves what it holds: a growing array would copy all of it again and again.
struct ChunkedArray<Element> {
    private static var chunkSize: Int { 1_024 }

    private var chunks: [[Element]] = []
    private(set) var count = 0

    mutating func append(_ element: Element) {
        if count % Self.chunkSize == 0 {
            chunks.append([])
            // The first one grows, since most nodes record little.
            if chunks.count > 1 { chunks[chunks.count - 1].reserveCapacity(Self.chunkSize) }
        }
        chunks[chunks.count - 1].append(element)
        count += 1
    }

    subscript(index: Int) -> Element { chunks[index / Self.chunkSize][index % Self.chunkSize] }
}

extension ChunkedArray: Sendable where Element: Sendable {}
