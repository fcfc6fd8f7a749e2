/// The header of a frame that obeys every rule (RFC 6455 §5.2).
public struct FrameHeader: Hashable, Sendable {
    /// FIN: the last frame of its message.
    public var isFinal: Bool
    /// RSV1: with permessage-deflate, the message is compressed.
    public var rsv1: Bool
    /// What the frame carries.
    public var opcode: Opcode
    /// The key its payload is masked with, nil from a server.
    public var maskingKey: MaskingKey?
    /// Bytes of payload.
    public var payloadLength: Int
}

/// What the receiver may expect of the next header.
struct FrameHeaderRules: Sendable {
    var receiver: WebSocketRole
    var allowsRSV1: Bool
    var maximumFrameBytes: Int
    /// A data frame without FIN has come: the next data frame must be a continuation.
    var isInsideMessage = false

    /// Reads a header at the start of `bytes`; nil if it is not all there. A header that can't become valid is
    /// refused as soon as the offending byte is seen.
    ///
    /// - Parameter offset: where `bytes` begin in the inbound stream.
    /// - Returns: the header and the bytes it takes.
    @inline(__always)
    func parse(
        _ bytes: UnsafeRawBufferPointer, at offset: UInt64
    ) throws(WebSocketViolation) -> (header: FrameHeader, size: Int)? {
        guard let first = bytes.first else { return nil }
        let opcode = try checkFirstByte(first, at: offset)
        guard bytes.count >= 2 else { return nil }
        let second = bytes[1]
        let isMasked = second & 0x80 != 0
        let shortLength = Int(second & 0x7F)
        try checkSecondByte(isMasked: isMasked, shortLength: shortLength, opcode: opcode, at: offset &+ 1)

        var size = 2
        var length = UInt64(shortLength)
        if shortLength == 126 {
            guard bytes.count >= 4 else { return nil }
            length = UInt64(UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self)))
            size = 4
        } else if shortLength == 127 {
            guard bytes.count >= 10 else { return nil }
            length = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt64.self))
            size = 10
        }
        try checkLength(length, headerSize: size, at: offset)

        var key: MaskingKey?
        if isMasked {
            guard bytes.count >= size &+ 4 else { return nil }
            key = MaskingKey(
                word: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: size, as: UInt32.self)))
            size &+= 4
        }
        let header = FrameHeader(
            isFinal: first & 0x80 != 0, rsv1: first & 0x40 != 0, opcode: opcode, maskingKey: key,
            payloadLength: Int(truncatingIfNeeded: length))
        return (header, size)
    }

    /// Like ``parse(_:at:)``; nil also for a header that breaks a rule.
    @inline(__always)
    func parseIfValid(_ bytes: UnsafeRawBufferPointer) -> (header: FrameHeader, size: Int)? {
        do throws(WebSocketViolation) {
            return try parse(bytes, at: 0)
        } catch {
            return nil
        }
    }

    @inline(__always)
    private func checkFirstByte(_ byte: UInt8, at offset: UInt64) throws(WebSocketViolation) -> Opcode {
        if byte & 0x30 != 0 {
            throw broken(
                .reservedBits, at: offset, "expected RSV2 and RSV3 clear, got \(hex(byte)) as the first byte")
        }
        if byte & 0x40 != 0, !allowsRSV1 {
            throw broken(
                .reservedBits, at: offset, "expected RSV1 clear without an agreed extension, got \(hex(byte))")
        }
        guard let opcode = Opcode(headerByte: byte) else {
            throw broken(
                .reservedOpcode, at: offset, "expected opcode 0, 1, 2, 8, 9 or 10, got \(byte & 0x0F)")
        }
        if byte & 0x40 != 0, opcode.isControl || opcode == .continuation {
            throw broken(
                .compressedBitMisplaced, at: offset,
                "expected RSV1 on the first frame of a message only, got it on \(opcode)")
        }
        if opcode.isControl {
            if byte & 0x80 == 0 {
                throw broken(.controlFrameFragmented, at: offset, "expected FIN on \(opcode), got none")
            }
        } else if opcode == .continuation {
            if !isInsideMessage {
                throw broken(
                    .continuationWithoutMessage, at: offset, "expected text or binary, got a continuation")
            }
        } else if isInsideMessage {
            throw broken(
                .messageInsideMessage, at: offset, "expected a continuation of the open message, got \(opcode)")
        }
        return opcode
    }

    @inline(__always)
    private func checkSecondByte(
        isMasked: Bool, shortLength: Int, opcode: Opcode, at offset: UInt64
    ) throws(WebSocketViolation) {
        switch receiver {
        case .server where !isMasked:
            throw broken(.maskMissing, at: offset, "expected a masked frame from the client, got none")
        case .client where isMasked:
            throw broken(.maskForbidden, at: offset, "expected an unmasked frame from the server")
        default: break
        }
        if opcode.isControl, shortLength > 125 {
            throw broken(
                .controlFrameTooLong, at: offset, "expected at most 125 bytes of \(opcode), got a longer length form")
        }
    }

    @inline(__always)
    private func checkLength(_ length: UInt64, headerSize: Int, at offset: UInt64) throws(WebSocketViolation) {
        switch headerSize {
        case 4 where length < 126:
            throw broken(
                .lengthNotMinimal, at: offset + 2, "expected \(length) in 7 bits, got it in 16 bits")
        case 10 where length >> 63 != 0:
            throw broken(.lengthTopBitSet, at: offset + 2, "expected the top bit of the length clear")
        case 10 where length < 65_536:
            throw broken(
                .lengthNotMinimal, at: offset + 2, "expected \(length) in 16 bits or less, got it in 64 bits")
        default: break
        }
        if length > UInt64(maximumFrameBytes) {
            throw broken(
                .frameTooBig, at: offset + 1, "expected at most \(maximumFrameBytes) bytes, got \(length) announced")
        }
    }

    /// Out of line, so that the text of a violation costs valid headers nothing.
    @inline(never)
    private func broken(
        _ rule: WebSocketRule, at offset: UInt64, _ detail: @autoclosure () -> String
    ) -> WebSocketViolation {
        WebSocketViolation(rule, at: offset, detail())
    }

    private func hex(_ byte: UInt8) -> String {
        "0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
}
