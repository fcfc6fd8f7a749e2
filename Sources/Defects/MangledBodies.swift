import NIOCore
package import NIOHTTP1
package import StickyProxy

/// Makes a question mark of every byte of an answer that isn't ASCII.
package struct MangledBodies: Defect, RatedDefect {
    /// A defect of every answer.
    package init() {}

    /// The change to the body.
    package func bodyTransform(_ head: HTTPResponseHead, to request: HTTPRequestHead) -> (any StreamTransform)? {
        Transform()
    }

    /// Drawn bodies are mangled.
    package var rated: RatedDamage { .bodies(self) }

    struct Transform: StreamTransform {
        mutating func transform(_ bytes: ByteBuffer) -> TransformedBytes {
            guard bytes.readableBytesView.contains(where: { $0 >= 0x80 }) else { return TransformedBytes(bytes) }
            return TransformedBytes(ByteBuffer(bytes: bytes.readableBytesView.map { $0 >= 0x80 ? 0x3f : $0 }))
        }
    }
}
