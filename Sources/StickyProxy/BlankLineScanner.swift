import NIOCore

/// Finds the blank lines that end HTTP heads, in bytes that come in pieces of any size.
struct BlankLineScanner: Equatable {
    private enum Seen: Equatable { case other, lineFeed, lineFeedReturn }
    private var seen = Seen.other

    /// How many of the bytes to pass on at once: up to and with the first blank line, else all of them.
    mutating func pieceLength(_ bytes: ByteBufferView) -> Int {
        var index = bytes.startIndex
        while index < bytes.endIndex {
            if seen == .other {
                guard let lineFeed = bytes[index...].firstIndex(of: UInt8(ascii: "\n")) else { return bytes.count }
                index = lineFeed + 1
                seen = .lineFeed
                continue
            }
            switch (seen, bytes[index]) {
            case (_, UInt8(ascii: "\n")):
                seen = .other
                return index + 1 - bytes.startIndex
            case (.lineFeed, UInt8(ascii: "\r")):
                seen = .lineFeedReturn
            default:
                seen = .other
            }
            index += 1
        }
        return bytes.count
    }
}
