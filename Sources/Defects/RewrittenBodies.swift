import NIOCore
package import NIOHTTP1
package import StickyProxy

/// Replaces a text wherever it occurs in the answers to some paths, as optimisers and filters of pages do.
package struct RewrittenBodies: Defect, RatedDefect {
    /// End of the paths whose answers are rewritten.
    package var pathSuffix: String
    /// The text that isn't wanted; not empty.
    package var unwanted: [UInt8]
    /// What takes its place; of the same length where answers have a `Content-Length`.
    package var substitute: [UInt8]

    /// A defect of the answers to paths with this end.
    package init(pathSuffix: String, replacing unwanted: String, by substitute: String) {
        self.pathSuffix = pathSuffix
        self.unwanted = Array(unwanted.utf8)
        self.substitute = Array(substitute.utf8)
    }

    /// The change to the body.
    package func bodyTransform(_ head: HTTPResponseHead, to request: HTTPRequestHead) -> (any StreamTransform)? {
        guard request.path.hasSuffix(pathSuffix), !unwanted.isEmpty else { return nil }
        return Transform(unwanted: unwanted, substitute: substitute)
    }

    /// Drawn bodies are rewritten.
    package var rated: RatedDamage { .bodies(self) }

    /// Holds back a beginning of the unwanted text until the next piece shows what follows.
    struct Transform: StreamTransform {
        let unwanted: [UInt8]
        let substitute: [UInt8]
        private var matched = 0

        init(unwanted: [UInt8], substitute: [UInt8]) {
            self.unwanted = unwanted
            self.substitute = substitute
        }

        mutating func transform(_ bytes: ByteBuffer) -> TransformedBytes {
            var passed: [UInt8] = []
            passed.reserveCapacity(bytes.readableBytes)
            for byte in bytes.readableBytesView {
                // No unwanted text here begins again inside itself, so a mismatch can only restart at this byte.
                if byte != unwanted[matched] {
                    passed += unwanted[..<matched]
                    matched = 0
                }
                if byte == unwanted[matched] {
                    matched += 1
                    if matched == unwanted.count {
                        passed += substitute
                        matched = 0
                    }
                } else {
                    passed.append(byte)
                }
            }
            return TransformedBytes(ByteBuffer(bytes: passed))
        }
    }
}
