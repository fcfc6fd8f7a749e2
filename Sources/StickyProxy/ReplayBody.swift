import NIOCore

/// A request body kept for `Retry.postBodyLimit`; keeps nothing without that knob.
struct ReplayBody {
    private let limit: Int?
    private(set) var bytes: [ByteBuffer] = []
    private var size = 0
    /// Whether everything sent so far is at hand.
    private(set) var isComplete: Bool

    init(limit: Int?) {
        self.limit = limit
        isComplete = limit != nil
    }

    mutating func append(_ piece: ByteBuffer) {
        guard let limit, isComplete else { return }
        size += piece.readableBytes
        if size <= limit {
            bytes.append(piece)
        } else {
            isComplete = false
            bytes = []
        }
    }
}
