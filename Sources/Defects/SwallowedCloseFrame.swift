import NIOCore
package import StickyProxy

/// Drops close frames of either side and ends both connections in their place.
package struct SwallowedCloseFrame: Defect {
    /// A defect of every tunnel.
    package init() {}

    /// The change to both directions.
    package func tunnelTransform(_ direction: TunnelDirection) -> (any StreamTransform)? { Transform() }

    struct Transform: StreamTransform {
        private var scanner = FrameScanner()
        private var isClosed = false

        mutating func transform(_ bytes: ByteBuffer) -> TransformedBytes {
            var passed = ByteBuffer()
            guard !isClosed else { return TransformedBytes(passed) }
            for segment in scanner.scan(bytes) {
                switch segment {
                case .header(let header) where header.isClose:
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
