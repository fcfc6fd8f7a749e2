public import NIOCore

/// A stretch of one message, for a connection made with ``WebSocketDelivery/pieces(ofAtMost:)``.
///
/// The bytes of all pieces of a message, joined, are the message. Control frames may come between them; another message
/// begins only after the last.
public struct WebSocketPiece: Sendable, Hashable {
    /// Whether the message is text, else it is binary.
    public var isText: Bool
    /// The bytes, unmasked and inflated; of a text valid UTF-8, never ending inside a scalar. Empty only in a last piece.
    public var bytes: ByteBuffer
    /// Whether the message begins with this piece.
    public var isFirst: Bool
    /// Whether the message ends with this piece. It never comes if the connection fails or ends before.
    public var isLast: Bool

    /// A piece; by default a whole message.
    public init(isText: Bool, bytes: ByteBuffer, isFirst: Bool = true, isLast: Bool = true) {
        self.isText = isText
        self.bytes = bytes
        self.isFirst = isFirst
        self.isLast = isLast
    }
}

/// How a connection hands over messages.
public enum WebSocketDelivery: Sendable, Hashable {
    /// Each as a whole, as ``WebSocketEvent/text(_:)`` or ``WebSocketEvent/binary(_:)``.
    case whole
    /// Each as it arrives, in ``WebSocketEvent/piece(_:)``s of at most this many bytes after inflating; brought into
    /// 4…1 GiB, for a scalar takes up to 4. The connection then holds no more of a message than that.
    case pieces(ofAtMost: Int)

    /// Bytes of the longest piece; 0 for whole messages.
    var longestPiece: Int {
        switch self {
        case .whole: 0
        case .pieces(let longest): min(max(longest, 4), WebSocketLimits.highestByteLimit)
        }
    }
}
