import NIOCore
package import StickyProxy

/// Loses one of the node's text frames, as a proxy does that drops what it can't buffer.
package struct DroppedFrame: FrameDefect, RatedDefect {
    /// Which text frame is lost, counted from 1.
    package var number: Int

    /// A defect of every tunnel.
    package init(number: Int) { self.number = number }

    /// The change to the node's direction.
    package func tunnelTransform(_ direction: TunnelDirection) -> (any StreamTransform)? {
        direction == .nodeToClient ? Transform(remaining: number) : nil
    }

    /// Drawn messages of nodes are lost.
    package var rated: RatedDamage { .messages(.dropped) }

    struct Transform: StreamTransform {
        private var scanner = FrameScanner()
        private var remaining: Int
        private var isDropping = false

        init(remaining: Int) { self.remaining = remaining }

        mutating func transform(_ bytes: ByteBuffer) -> TransformedBytes {
            var passed = ByteBuffer()
            for segment in scanner.scan(bytes) {
                switch segment {
                case .header(let header):
                    if header.isText { remaining -= 1 }
                    isDropping = header.isText && remaining == 0
                    if !isDropping { passed.writeImmutableBuffer(header.bytes) }
                case .payload(let payload): if !isDropping { passed.writeImmutableBuffer(payload) }
                case .end: isDropping = false
                }
            }
            return TransformedBytes(passed)
        }
    }
}
