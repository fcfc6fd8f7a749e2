import NIOCore
import StickyProxy

/// Sends one of the node's SockJS array frames twice.
public struct ReplayedFrame: Defect {
    /// Which text frame beginning with `a[` is repeated, counted from 1.
    public var number: Int

    /// Longer frames aren't repeated: the defect holds back what it repeats.
    static let maximumLength: UInt64 = 1 << 20

    /// A defect of every tunnel.
    public init(number: Int) { self.number = number }

    /// The change to the node's direction.
    public func tunnelTransform(_ direction: TunnelDirection) -> (any StreamTransform)? {
        direction == .nodeToClient ? Transform(remaining: number) : nil
    }

    struct Transform: StreamTransform {
        private var scanner = FrameScanner()
        private var remaining: Int
        /// The text frame being read; nil for others and when the work is done.
        private var frame: ByteBuffer?
        private var headerLength = 0

        init(remaining: Int) { self.remaining = remaining }

        mutating func transform(_ bytes: ByteBuffer) -> TransformedBytes {
            guard remaining > 0 || frame != nil else { return passThrough(bytes) }
            var passed = ByteBuffer()
            for segment in scanner.scan(bytes) {
                switch segment {
                case .header(let header):
                    passed.writeImmutableBuffer(header.bytes)
                    let isCandidate =
                        remaining > 0 && header.isText && !header.isMasked && !header.isCompressed
                        && (2...ReplayedFrame.maximumLength).contains(header.length)
                    frame = isCandidate ? header.bytes : nil
                    headerLength = header.bytes.readableBytes
                case .payload(let payload):
                    passed.writeImmutableBuffer(payload)
                    frame?.writeImmutableBuffer(payload)
                case .end:
                    if let whole = frame, isArray(whole) {
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
