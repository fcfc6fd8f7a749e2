import NIOCore

/// The body of an answer on its way to the client: damaged, held back or cut as the behavior says.
struct AnswerBody {
    /// What is held back at most; then the body goes on as it comes.
    static let holdLimit = 64 << 20

    private var transforms: [any StreamTransform]
    private var held: ByteBuffer?
    private var left: Int?

    init(under rules: RequestRules, acceptsGzip: @autoclosure () -> Bool, transforms: [any StreamTransform]) {
        self.transforms = transforms
        left = rules.behavior.answers.bodyLimit
        let holds =
            switch rules.behavior.answers.buffering {
            case .none: false
            case .whole: true
            case .wholeForGzip: acceptsGzip()
            }
        if holds { held = ByteBuffer() }
    }

    /// What to deliver now, and whether the body is cut after it.
    mutating func pass(_ bytes: ByteBuffer) -> (bytes: ByteBuffer, isCut: Bool) {
        var bytes = bytes
        for index in transforms.indices { bytes = transforms[index].transform(bytes).bytes }
        var isCut = false
        if let left {
            isCut = bytes.readableBytes > left
            if let kept = bytes.getSlice(at: bytes.readerIndex, length: min(left, bytes.readableBytes)) { bytes = kept }
            self.left = left - bytes.readableBytes
        }
        guard held != nil else { return (bytes, isCut) }
        // In place: a second reference would make each piece copy all that is held.
        held?.writeImmutableBuffer(bytes)
        guard isCut || held.map({ $0.readableBytes > Self.holdLimit }) == true else { return (ByteBuffer(), false) }
        return (finish(), isCut)
    }

    /// What was held back.
    mutating func finish() -> ByteBuffer {
        defer { held = nil }
        return held ?? ByteBuffer()
    }
}
