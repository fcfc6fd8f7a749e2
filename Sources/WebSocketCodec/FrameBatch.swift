import NIOCore

/// Complete frames of one read, whose headers were read in one go and whose payload was unmasked into one buffer: what
/// each frame costs beyond that is a slice.
struct FrameBatch: Sendable {
    struct Frame: Sendable {
        var header: FrameHeader
        /// Bytes of the header on the wire.
        var headerSize: Int
    }

    /// What the frames of one batch occupy stays small however many frames a read holds.
    private static let mostFrames = 64

    /// Whether a batch that begins with this frame costs less than its frames alone: always when they share the buffer
    /// they are unmasked into, else when there are enough of them in a read to be worth an array.
    static func pays(for header: FrameHeader) -> Bool {
        header.maskingKey != nil || header.payloadLength <= 4_096
    }

    private let frames: ContiguousArray<Frame>
    private var index = 0
    /// The payload of all frames, each behind its header if nothing was masked.
    private var bytes: ByteBuffer
    private let holdsHeaders: Bool

    /// No frames.
    init() {
        frames = []
        bytes = ByteBuffer()
        holdsHeaders = false
    }

    /// The complete frames at the start of `input`, which are taken from it. Ends before a header that breaks a rule.
    ///
    /// - Parameter count: how many frames are to be expected; not more are read.
    @inline(never)
    init(from input: inout ByteBuffer, rules: FrameHeaderRules, expecting count: Int) {
        holdsHeaders = rules.receiver == .client
        var wireBytes = 0
        var payloadBytes = 0
        frames = input.withUnsafeReadableBytes { source in
            let frames = Self.frames(in: source, rules: rules, atMost: min(count, Self.mostFrames))
            for frame in frames {
                wireBytes &+= frame.headerSize &+ frame.header.payloadLength
                payloadBytes &+= frame.header.payloadLength
            }
            return frames
        }
        if holdsHeaders {
            bytes = input.readSlice(length: wireBytes) ?? ByteBuffer()
        } else {
            bytes = Self.unmasked(frames, payloadBytes: payloadBytes, from: input)
            input.moveReaderIndex(forwardBy: wireBytes)
        }
    }

    private static func frames(
        in source: UnsafeRawBufferPointer, rules: FrameHeaderRules, atMost limit: Int
    ) -> ContiguousArray<Frame> {
        ContiguousArray(unsafeUninitializedCapacity: limit) { frames, count in
            var rules = rules
            var offset = 0
            while count < limit {
                let rest = UnsafeRawBufferPointer(
                    start: source.baseAddress.map { $0 + offset }, count: source.count &- offset)
                guard let (header, size) = rules.parseIfValid(rest), header.payloadLength <= rest.count &- size else {
                    break
                }
                if !header.opcode.isControl { rules.isInsideMessage = !header.isFinal }
                frames.initializeElement(at: count, to: Frame(header: header, headerSize: size))
                count &+= 1
                offset &+= size &+ header.payloadLength
            }
        }
    }

    private static func unmasked(
        _ frames: ContiguousArray<Frame>, payloadBytes: Int, from input: ByteBuffer
    ) -> ByteBuffer {
        var clear = ByteBufferAllocator().buffer(capacity: payloadBytes)
        input.withUnsafeReadableBytes { source in
            _ = clear.writeWithUnsafeMutableBytes(minimumWritableBytes: payloadBytes) { destination in
                var read = 0
                var written = 0
                for frame in frames {
                    read &+= frame.headerSize
                    let count = frame.header.payloadLength
                    frame.header.maskingKey?.apply(
                        from: UnsafeRawBufferPointer(rebasing: source[read..<read &+ count]),
                        to: UnsafeMutableRawBufferPointer(rebasing: destination[written..<written &+ count]))
                    read &+= count
                    written &+= count
                }
                return written
            }
        }
        return clear
    }

    /// The frame to be taken next, nil when there is none.
    var first: Frame? {
        @inline(__always) get { index < frames.count ? frames[index] : nil }
    }

    /// Takes the payload of `first`.
    @inline(__always)
    mutating func takePayload(of frame: Frame) -> ByteBuffer {
        if holdsHeaders { bytes.moveReaderIndex(forwardBy: frame.headerSize) }
        let payload = bytes.readSlice(length: frame.header.payloadLength) ?? ByteBuffer()
        index &+= 1
        if index == frames.count { self = FrameBatch() }
        return payload
    }

    /// Bytes the frames not yet taken had on the wire.
    var wireBytes: Int {
        frames[index...].reduce(0) { $0 + $1.headerSize + $1.header.payloadLength }
    }
}
