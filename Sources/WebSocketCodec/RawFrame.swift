public import NIOCore

/// A frame written exactly as told, so that every rule can be broken on purpose.
public struct RawFrame: Hashable, Sendable {
    /// How the length is written.
    public enum LengthForm: Hashable, Sendable {
        /// The shortest form that holds it.
        case minimal
        /// In the 7 bits of the second byte; a length above 125 is cut to its low 7 bits.
        case sevenBits
        /// 126 and 16 bits; a longer length is cut to its low 16 bits.
        case sixteenBits
        /// 127 and 64 bits.
        case sixtyFourBits
    }

    /// FIN.
    public var isFinal: Bool
    /// RSV1.
    public var rsv1: Bool
    /// RSV2.
    public var rsv2: Bool
    /// RSV3.
    public var rsv3: Bool
    /// 0–15; higher bits are ignored.
    public var opcode: UInt8
    /// How the length is written.
    public var lengthForm: LengthForm
    /// The length to announce if it is not the payload's.
    public var announcedLength: UInt64?
    /// The key to mask with; nil writes an unmasked frame.
    public var maskingKey: MaskingKey?
    /// The payload before masking.
    public var payload: ByteBuffer

    /// A frame that is well-formed except for what is given.
    public init(
        opcode: UInt8, payload: ByteBuffer = ByteBuffer(), isFinal: Bool = true, rsv1: Bool = false,
        rsv2: Bool = false, rsv3: Bool = false, lengthForm: LengthForm = .minimal, announcedLength: UInt64? = nil,
        maskingKey: MaskingKey? = nil
    ) {
        self.isFinal = isFinal
        self.rsv1 = rsv1
        self.rsv2 = rsv2
        self.rsv3 = rsv3
        self.opcode = opcode
        self.lengthForm = lengthForm
        self.announcedLength = announcedLength
        self.maskingKey = maskingKey
        self.payload = payload
    }

    /// Appends the frame to `output`.
    public func write(to output: inout ByteBuffer) {
        var first = opcode & 0x0F
        if isFinal { first |= 0x80 }
        if rsv1 { first |= 0x40 }
        if rsv2 { first |= 0x20 }
        if rsv3 { first |= 0x10 }
        output.writeInteger(first)
        let maskBit: UInt8 = maskingKey == nil ? 0 : 0x80
        let length = announcedLength ?? UInt64(payload.readableBytes)
        switch effectiveForm(for: length) {
        case .sixteenBits: output.writeMultipleIntegers(maskBit | 126, UInt16(truncatingIfNeeded: length))
        case .sixtyFourBits: output.writeMultipleIntegers(maskBit | 127, length)
        case .sevenBits, .minimal: output.writeInteger(maskBit | UInt8(truncatingIfNeeded: length & 0x7F))
        }
        if let maskingKey {
            output.writeInteger(maskingKey.bigEndianValue)
            output.writeMasked(payload, key: maskingKey)
        } else {
            output.writeImmutableBuffer(payload)
        }
    }

    /// The frame's bytes.
    public var bytes: ByteBuffer {
        var buffer = ByteBuffer()
        write(to: &buffer)
        return buffer
    }

    private func effectiveForm(for length: UInt64) -> LengthForm {
        guard lengthForm == .minimal else { return lengthForm }
        return length < 126 ? .sevenBits : length < 65_536 ? .sixteenBits : .sixtyFourBits
    }
}
