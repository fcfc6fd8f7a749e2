import NIOCore
package import StickyProxy

/// Flips one bit of one byte of what the node sends through each tunnel.
package struct FlippedBit: Defect, RatedDefect {
    /// The byte's place in the stream, counted from 0.
    package var offset: Int

    /// A defect of every tunnel.
    package init(offset: Int) { self.offset = offset }

    /// The change to the node's direction.
    package func tunnelTransform(_ direction: TunnelDirection) -> (any StreamTransform)? {
        direction == .nodeToClient ? Transform(distance: offset) : nil
    }

    /// One letter of drawn messages of nodes is altered.
    package var rated: RatedDamage { .messages(.altered) }

    struct Transform: StreamTransform {
        /// Bytes up to the one to damage; nil once it went by.
        var distance: Int?

        mutating func transform(_ bytes: ByteBuffer) -> TransformedBytes {
            guard let distance else { return TransformedBytes(bytes) }
            guard distance < bytes.readableBytes else {
                self.distance = distance - bytes.readableBytes
                return TransformedBytes(bytes)
            }
            self.distance = nil
            var damaged = bytes
            let index = bytes.readerIndex + distance
            if let byte = bytes.getInteger(at: index, as: UInt8.self) { damaged.setInteger(byte ^ 1, at: index) }
            return TransformedBytes(damaged)
        }
    }
}
