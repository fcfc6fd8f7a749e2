public import NIOCore

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
        payload.withUnsafeReadableBytes { encode(opcode, payload: $0, isFinal: isFinal, rsv1: rsv1, into: &output) }
    }

    /// As ``encode(_:payload:isFinal:rsv1:into:)-(_,ByteBuffer,_,_,_)``, for a payload that stands anywhere.
    @inline(__always)
    mutating func encode(
        _ opcode: Opcode, payload: UnsafeRawBufferPointer, isFinal: Bool = true, rsv1: Bool = false,
        into output: inout ByteBuffer
    ) {
        let first = opcode.rawValue | (isFinal ? 0x80 : 0) | (rsv1 ? 0x40 : 0)
        let key = sender == .client ? maskingKeys.next() : nil
        output.writeFrame(first: first, payload: payload, key: key)
    }
}

extension ByteBuffer {
    /// Appends a header with the shortest length form and the payload in one go: each call into a `ByteBuffer` has its
    /// price, which small frames would pay four times.
    fileprivate mutating func writeFrame(first: UInt8, payload source: UnsafeRawBufferPointer, key: MaskingKey?) {
        let count = source.count
        let lengthBytes = count < 126 ? 0 : count < 65_536 ? 2 : 8
        let headerSize = 2 + lengthBytes + (key == nil ? 0 : 4)
        let frameSize = headerSize + count
        if writableBytes < frameSize { reserveCapacity(minimumWritableBytes: frameSize) }
        let start = writerIndex
        withVeryUnsafeMutableBytes { storage in
            let frame = UnsafeMutableRawBufferPointer(rebasing: storage[start..<start + frameSize])
            let second = lengthBytes == 0 ? UInt8(truncatingIfNeeded: count) : lengthBytes == 2 ? 126 : 127
            frame.storeBytes(of: first, as: UInt8.self)
            frame.storeBytes(of: second | (key == nil ? 0 : 0x80), toByteOffset: 1, as: UInt8.self)
            if lengthBytes == 2 {
                frame.storeBytes(of: UInt16(truncatingIfNeeded: count).bigEndian, toByteOffset: 2, as: UInt16.self)
            } else if lengthBytes == 8 {
                frame.storeBytes(of: UInt64(count).bigEndian, toByteOffset: 2, as: UInt64.self)
            }
            let room = UnsafeMutableRawBufferPointer(rebasing: frame[headerSize...])
            if let key {
                frame.storeBytes(of: key.word.littleEndian, toByteOffset: headerSize - 4, as: UInt32.self)
                key.apply(from: source, to: room)
            } else {
                room.copyMemory(from: source)
            }
        }
        moveWriterIndex(forwardBy: frameSize)
    }
}
