import NIOCore
package import StickyProxy

/// Sends one text frame of a tunnel twice: a SockJS array frame of the node's, or any text of the client's.
package struct ReplayedFrame: FrameDefect, RatedDefect {
    /// Which frame is repeated, counted from 1; of the node's, those that begin with `a[` count.
    package var number: Int
    /// Whose frame.
    package var direction: TunnelDirection

    /// Longer frames aren't repeated: the defect holds back what it repeats.
    static let maximumLength: UInt64 = 1 << 20

    /// A defect of every tunnel.
    package init(number: Int, direction: TunnelDirection = .nodeToClient) {
        self.number = number
        self.direction = direction
    }

    /// The change to this direction.
    package func tunnelTransform(_ direction: TunnelDirection) -> (any StreamTransform)? {
        direction == self.direction ? Transform(remaining: number, direction: direction) : nil
    }

    /// Drawn messages of this side are repeated.
    package var rated: RatedDamage { .messages(.replayed, from: direction) }

    struct Transform: StreamTransform {
        private let direction: TunnelDirection
        private var scanner = FrameScanner()
        private var remaining: Int
        /// The text frame being read; nil for others and when the work is done.
        private var frame: ByteBuffer?
        private var headerLength = 0

        init(remaining: Int, direction: TunnelDirection) {
            self.remaining = remaining
            self.direction = direction
        }

        mutating func transform(_ bytes: ByteBuffer) -> TransformedBytes {
            guard remaining > 0 || frame != nil else { return passThrough(bytes) }
            var passed = ByteBuffer()
            for segment in scanner.scan(bytes) {
                switch segment {
                case .header(let header):
                    passed.writeImmutableBuffer(header.bytes)
                    let isCandidate =
                        remaining > 0 && header.isText && !header.isCompressed
                        && (2...ReplayedFrame.maximumLength).contains(header.length)
                    frame = isCandidate ? header.bytes : nil
                    headerLength = header.bytes.readableBytes
                case .payload(let payload):
                    passed.writeImmutableBuffer(payload)
                    frame?.writeImmutableBuffer(payload)
                case .end:
                    if let whole = frame, direction == .clientToNode || isArray(whole) {
                        remaining -= 1
                        if remaining == 0 { passed.writeImmutableBuffer(whole) }
                    }
                    frame = nil
                }
            }
            return TransformedBytes(passed)
        }

        /// The scanner may still hold the start of a header when the work is done.
        private mutating func passThrough(_ bytes: ByteBuffer) -> TransformedBytes {
            var passed = ByteBuffer()
            for segment in scanner.scan(bytes) {
                switch segment {
                case .header(let header): passed.writeImmutableBuffer(header.bytes)
                case .payload(let payload): passed.writeImmutableBuffer(payload)
                case .end: break
                }
            }
            return TransformedBytes(passed)
        }

        private func isArray(_ frame: ByteBuffer) -> Bool {
            frame.getString(at: frame.readerIndex + headerLength, length: 2) == "a["
        }
    }
}
