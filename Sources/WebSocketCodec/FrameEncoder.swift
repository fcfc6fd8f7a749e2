import NIOCore

/// Writes well-formed frames: shortest length form, masked exactly when the sender is a client.
///
/// To write anything else on purpose use ``RawFrame``.
public struct FrameEncoder: Sendable {
    private let sender: WebSocketRole
    private var maskingKeys: MaskingKeySource

    /// An encoder for frames that `sender` sends.
    public init(sender: WebSocketRole, maskingKeys: MaskingKeySource = .random) {
        self.sender = sender
        self.maskingKeys = maskingKeys
    }

    /// Appends one frame to `output`, masking while copying.
    ///
    /// - Parameters:
    ///   - opcode: what the frame carries.
    ///   - payload: the bytes before masking; at most 125 in a control frame, which is the caller's to see to.
    ///   - isFinal: FIN; false only for a fragment of a data message that is not its last.
    ///   - rsv1: set on the first frame of a compressed message, with permessage-deflate agreed.
    ///   - output: what the frame is appended to.
    public mutating func encode(
        _ opcode: Opcode, payload: ByteBuffer, isFinal: Bool = true, rsv1: Bool = false,
        into output: inout ByteBuffer
    ) {
        let count = payload.readableBytes
        output.reserveCapacity(minimumWritableBytes: count + 14)
        let maskBit: UInt8 = sender == .client ? 0x80 : 0
        output.writeInteger(opcode.rawValue | (isFinal ? 0x80 : 0) | (rsv1 ? 0x40 : 0))
        if count < 126 {
            output.writeInteger(maskBit | UInt8(truncatingIfNeeded: count))
        } else if count < 65_536 {
            output.writeMultipleIntegers(maskBit | 126, UInt16(truncatingIfNeeded: count))
        } else {
            output.writeMultipleIntegers(maskBit | 127, UInt64(count))
        }
        if sender == .client {
            let key = maskingKeys.next()
            output.writeInteger(key.bigEndianValue)
            output.writeMasked(payload, key: key)
        } else {
            output.writeImmutableBuffer(payload)
        }
    }
}
