import NIOCore
package import StickyProxy

/// Replaces bytes of the text frames that nodes send, as an over-eager filter does.
package struct ReplacedByte: FrameDefect, RatedDefect {
    /// The byte that isn't wanted.
    package var unwanted: UInt8
    /// What takes its place.
    package var substitute: UInt8

    /// A defect of every tunnel.
    package init(_ unwanted: UInt8, by substitute: UInt8) {
        self.unwanted = unwanted
        self.substitute = substitute
    }

    /// The change to the node's direction.
    package func tunnelTransform(_ direction: TunnelDirection) -> (any StreamTransform)? {
        direction == .nodeToClient ? Transform(unwanted: unwanted, substitute: substitute) : nil
    }

    /// The byte is replaced in drawn messages of nodes.
    package var rated: RatedDamage { .messages(.replaced(unwanted, by: substitute)) }

    struct Transform: StreamTransform {
        let unwanted: UInt8
        let substitute: UInt8
        private var scanner = FrameScanner()
        private var isText = false

        init(unwanted: UInt8, substitute: UInt8) {
            self.unwanted = unwanted
            self.substitute = substitute
        }

        mutating func transform(_ bytes: ByteBuffer) -> TransformedBytes {
            var passed = ByteBuffer()
            for segment in scanner.scan(bytes) {
                switch segment {
                case .header(let header):
                    isText = header.isText && !header.isMasked && !header.isCompressed
                    passed.writeImmutableBuffer(header.bytes)
                case .payload(let payload):
                    if isText {
                        passed.writeBytes(payload.readableBytesView.map { $0 == unwanted ? substitute : $0 })
                    } else {
                        passed.writeImmutableBuffer(payload)
                    }
                case .end: break
                }
            }
            return TransformedBytes(passed)
        }
    }
}
