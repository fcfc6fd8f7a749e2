import NIOCore
package import StickyProxy

/// Drops close frames of either side and ends both connections in their place.
package struct SwallowedCloseFrame: Defect, RatedDefect {
    /// Which close frames are dropped; nil for all.
    private var lottery: DamageLottery?

    /// A defect of every tunnel.
    package init() {}

    /// A defect of the close frames that are drawn.
    init(lottery: DamageLottery) { self.lottery = lottery }

    /// The change to both directions.
    package func tunnelTransform(_ direction: TunnelDirection) -> (any StreamTransform)? {
        Transform(lottery: lottery)
    }

    /// Drawn close frames are swallowed.
    package var rated: RatedDamage { .closeFrames }

    struct Transform: StreamTransform {
        private var scanner = FrameScanner()
        private var isClosed = false
        private let lottery: DamageLottery?

        init(lottery: DamageLottery?) { self.lottery = lottery }

        mutating func transform(_ bytes: ByteBuffer) -> TransformedBytes {
            var passed = ByteBuffer()
            guard !isClosed else { return TransformedBytes(passed) }
            for segment in scanner.scan(bytes) {
                switch segment {
                case .header(let header) where header.isClose && lottery?.damages() ?? true:
                    isClosed = true
                    return TransformedBytes(passed, closes: true)
                case .header(let header): passed.writeImmutableBuffer(header.bytes)
                case .payload(let payload): passed.writeImmutableBuffer(payload)
                case .end: break
                }
            }
            return TransformedBytes(passed)
        }
    }
}
