import NIOCore

/// How far a message is handed over, and what of a part of it has not been.
struct PieceProgress: Sendable {
    /// Bytes of the longest piece.
    let longest: Int
    var input = ByteBuffer()
    /// Where `input` begins in the inbound stream.
    var offset: UInt64 = 0
    /// Where the payload of its frame begins and ends there.
    var frame: Range<UInt64> = 0..<0
    /// The message ends with `input`.
    var ends = false
    /// Bytes of the message that were handed over.
    var delivered = 0
    /// There is something to be done, even if that is no more than to end the message.
    var isDue = false
    /// No piece of the message was handed over.
    var isFirst = true

    init(longest: Int) { self.longest = longest }
}
